#include "engine/info.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

#include <fmt/format.h>

#include "engine/paint.h"

namespace calotype::engine {
namespace {

constexpr int kSampledSide = 256;
/// Colours nearer than this, in steps of a channel, are one.
constexpr double kNear = 20;

/// The pixels of one of 16 x 16 x 16 cells of colour, weighted by alpha.
struct Bin {
  std::array<double, 3> sum{};
  double weight = 0;

  double mean(std::size_t channel) const { return sum[channel] / weight; }
  void add(const Bin& other) {
    for (std::size_t i = 0; i < 3; ++i) sum[i] += other.sum[i];
    weight += other.weight;
  }
};

std::vector<Bin> bins_of(const VImage& image) {
  const int step_x = std::max(1, image.width() / kSampledSide);
  const int step_y = std::max(1, image.height() / kSampledSide);
  VImage few = with_alpha(step_x > 1 || step_y > 1 ? image.subsample(step_x, step_y) : image);
  if (is_wide(few)) few = few.colourspace(VIPS_INTERPRETATION_sRGB);
  const VImage rgba = in_memory(few.cast(VIPS_FORMAT_UCHAR));
  std::vector<Bin> bins(16 * 16 * 16);
  const auto* pixel = static_cast<const std::uint8_t*>(rgba.data());
  for (std::int64_t i = 0; i < size_of(rgba).pixels(); ++i, pixel += 4) {
    Bin& bin = bins[static_cast<std::size_t>((pixel[0] >> 4) << 8 | (pixel[1] >> 4) << 4 | pixel[2] >> 4)];
    for (std::size_t c = 0; c < 3; ++c) bin.sum[c] += static_cast<double>(pixel[c]) * pixel[3];
    bin.weight += pixel[3];
  }
  std::erase_if(bins, [](const Bin& bin) { return bin.weight <= 0; });
  return bins;
}

/// Some of the cells, and along which channel they differ most.
struct Group {
  std::span<Bin> bins;
  Bin all;
  std::size_t channel = 0;
  double spread = 0;  ///< sum of the squared distances from the mean in that channel

  explicit Group(std::span<Bin> of) : bins(of) {
    for (const auto& bin : bins) all.add(bin);
    for (std::size_t c = 0; c < 3; ++c) {
      double sum = 0;
      for (const auto& bin : bins) sum += bin.weight * std::pow(bin.mean(c) - all.mean(c), 2);
      if (sum > spread) {
        spread = sum;
        channel = c;
      }
    }
  }
};

/// In two at the mean of the channel in which it differs most: neither is empty, as there is a spread.
std::pair<Group, Group> halves(const Group& group) {
  const double middle = group.all.mean(group.channel);
  const auto second = std::partition(group.bins.begin(), group.bins.end(),
                                     [&](const Bin& bin) { return bin.mean(group.channel) < middle; });
  return {Group({group.bins.begin(), second}), Group({second, group.bins.end()})};
}

double distance(const Bin& a, const Bin& b) {
  double sum = 0;
  for (std::size_t c = 0; c < 3; ++c) sum += std::pow(a.mean(c) - b.mean(c), 2);
  return std::sqrt(sum);
}

/// Joins what the eye takes for one colour.
std::vector<Bin> merged(const std::vector<Group>& groups) {
  std::vector<Bin> kept;
  for (const auto& group : groups) {
    const auto near = std::ranges::find_if(kept, [&](const Bin& bin) { return distance(bin, group.all) < kNear; });
    if (near == kept.end())
      kept.push_back(group.all);
    else
      near->add(group.all);
  }
  return kept;
}

Colour colour_of(const Bin& bin) {
  const auto channel = [&](std::size_t c) { return static_cast<std::uint8_t>(std::lround(bin.mean(c))); };
  return {.red = channel(0), .green = channel(1), .blue = channel(2)};
}

std::string text_of(Colour colour) { return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue); }

std::string list_of(const std::vector<Shade>& shades) {
  std::string text;
  for (const auto& shade : shades) {
    if (!text.empty()) text += ',';
    text += fmt::format(R"({{"colour":"{}","share":{:.4g}}})", text_of(shade.colour),
                        std::round(shade.share * 10'000) / 10'000);
  }
  return "[" + text + "]";
}

bool is_see_through(const VImage& picture) {
  return picture.has_alpha() && alpha_of(picture).min() < full_scale(picture);
}

VImage opaque(const VImage& picture, Colour background) {
  if (!picture.has_alpha()) return picture;
  const VImage colours = colours_of(picture);
  auto* options =
      VImage::option()->set("background", pixel_of(background, colours))->set("max_alpha", full_scale(picture));
  return rounded(picture.flatten(options), colours);
}

std::string all_of(const VImage& picture, const ImageInfo& original, Colour background) {
  const auto palette = palette_of(picture);
  const auto dominant =
      palette.empty() ? std::string("null") : '"' + text_of(resolve({.kind = Paint::Kind::dominant}, picture)) + '"';
  return fmt::format(
      R"({{"width":{},"height":{},"format":"{}","frames":{},"alpha":{},"dominant":{},"palette":{},"blurhash":"{}"}})",
      picture.width(), picture.height(), name_of(original.format), original.frames, is_see_through(picture), dominant,
      list_of(palette), blurhash_of(opaque(picture, background)));
}

}  // namespace

std::vector<Shade> palette_of(const VImage& image, int most) {
  auto bins = bins_of(image);
  if (bins.empty()) return {};
  std::vector<Group> groups{Group(bins)};
  const double total = groups[0].all.weight;
  while (static_cast<int>(groups.size()) < most) {
    const auto widest = std::ranges::max_element(groups, {}, &Group::spread);
    if (widest->spread <= 0) break;
    auto [low, high] = halves(*widest);
    *widest = low;
    groups.push_back(high);
  }
  std::vector<Shade> shades;
  for (const auto& bin : merged(groups)) shades.push_back({.colour = colour_of(bin), .share = bin.weight / total});
  std::ranges::sort(shades, std::greater(), &Shade::share);
  return shades;
}

std::string info_of(const VImage& picture, ImageFormat format, const ImageInfo& original, Colour background) {
  if (format == ImageFormat::blurhash) return blurhash_of(opaque(picture, background));
  if (format == ImageFormat::palette) return R"({"palette":)" + list_of(palette_of(picture)) + "}";
  return all_of(picture, original, background);
}

}  // namespace calotype::engine
