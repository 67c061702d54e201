#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

#include "engine/info.h"

// Written from the description at https://github.com/woltapp/blurhash/blob/master/Algorithm.md.
namespace calotype::engine {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
/// Only the lowest frequencies are looked at: more pixels would change nothing.
constexpr int kSide = 64;

using Light = std::array<double, 3>;

void put(std::string& hash, int value, int digits) {
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, value /= 83)
    *at = kDigits[static_cast<std::size_t>(value % 83)];
  hash += text;
}

double light_of(std::uint8_t value) {
  const double v = value / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

int value_of(double light) {
  const double v = std::clamp(light, 0.0, 1.0);
  const double encoded = v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
  return static_cast<int>(encoded * 255 + 0.5);
}

VImage small(const VImage& opaque) {
  const int longer = std::max(opaque.width(), opaque.height());
  VImage image = longer > kSide ? opaque.resize(static_cast<double>(kSide) / longer) : opaque;
  if (is_wide(image)) image = image.colourspace(VIPS_INTERPRETATION_sRGB);
  return in_memory(image.cast(VIPS_FORMAT_UCHAR));
}

/// How much of the cosine of `x` half waves across and `y` down is in the picture.
Light component(const VImage& image, int x, int y) {
  const auto [width, height] = size_of(image);
  const auto* pixel = static_cast<const std::uint8_t*>(image.data());
  Light sum{};
  for (int row = 0; row < height; ++row) {
    const double down = std::cos(std::numbers::pi * y * row / height);
    for (int column = 0; column < width; ++column, pixel += 3) {
      const double weight = down * std::cos(std::numbers::pi * x * column / width);
      for (std::size_t c = 0; c < 3; ++c) sum[c] += weight * light_of(pixel[c]);
    }
  }
  const double norm = (x == 0 && y == 0 ? 1.0 : 2.0) / (static_cast<double>(width) * height);
  for (double& value : sum) value *= norm;
  return sum;
}

/// -1..1 as 0..18, finer around nothing.
int step_of(double value) {
  const double root = std::copysign(std::sqrt(std::abs(value)), value);
  return static_cast<int>(std::clamp(std::floor(root * 9 + 9.5), 0.0, 18.0));
}

}  // namespace

std::string blurhash_of(const VImage& opaque) {
  const int across = opaque.width() >= opaque.height() ? 4 : 3;
  const int down = 7 - across;
  const VImage image = small(opaque);
  std::vector<Light> parts;
  for (int y = 0; y < down; ++y) {
    for (int x = 0; x < across; ++x) parts.push_back(component(image, x, y));
  }
  double largest = 0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (const double value : parts[i]) largest = std::max(largest, std::abs(value));
  }
  const int scale = static_cast<int>(std::clamp(std::floor(largest * 166 - 0.5), 0.0, 82.0));

  std::string hash;
  put(hash, across - 1 + (down - 1) * 9, 1);
  put(hash, scale, 1);
  put(hash, value_of(parts[0][0]) << 16 | value_of(parts[0][1]) << 8 | value_of(parts[0][2]), 4);
  const double most = (scale + 1) / 166.0;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto& part = parts[i];
    put(hash, (step_of(part[0] / most) * 19 + step_of(part[1] / most)) * 19 + step_of(part[2] / most), 2);
  }
  return hash;
}

}  // namespace calotype::engine
