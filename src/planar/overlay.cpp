#include "planar/overlay.h"

#include <algorithm>
#include <cmath>

namespace calotype::planar {
namespace {

std::uint8_t sample_of(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

/// Rounded; of sums up to 255 * 255.
int over_255(int value) { return (value + 128 + ((value + 128) >> 8)) >> 8; }

}  // namespace

Overlay::Overlay(const std::uint8_t* rgba, int width, int height, bool is_studio) : width_(width), height_(height) {
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  for (auto* samples : {&luma_, &blue_, &red_, &alpha_}) samples->resize(count);
  const double luma_gain = is_studio ? 219.0 / 255 : 1;
  const double chroma_gain = is_studio ? 224.0 / 255 : 1;
  const double luma_offset = is_studio ? 16 : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double r = rgba[4 * i];
    const double g = rgba[4 * i + 1];
    const double b = rgba[4 * i + 2];
    const double y = 0.299 * r + 0.587 * g + 0.114 * b;  // BT.601
    luma_[i] = sample_of(luma_offset + luma_gain * y);
    blue_[i] = sample_of(128 + chroma_gain * (b - y) / 1.772);
    red_[i] = sample_of(128 + chroma_gain * (r - y) / 1.402);
    alpha_[i] = rgba[4 * i + 3];
  }
}

void Overlay::lay(const Planes& under, int left, int top) const {
  lay_luma(under.plane[0], left, top);
  lay_chroma(under, left, top);
}

void Overlay::lay_luma(const Plane& under, int left, int top) const {
  const int first = std::max(0, -left);
  const int last = std::min(width_, under.width - left);
  for (int y = std::max(0, -top); y < std::min(height_, under.height - top); ++y) {
    std::uint8_t* row = under.row(top + y) + left;
    for (int x = first; x < last; ++x) {
      const int alpha = alpha_[place(x, y)];
      row[x] = static_cast<std::uint8_t>(over_255(row[x] * (255 - alpha) + luma_[place(x, y)] * alpha));
    }
  }
}

Overlay::Mixed Overlay::mix(const Planes& under, int column, int row, int left, int top) const {
  Mixed mixed;
  const int right = std::min((column + 1) * under.chroma.across, under.plane[0].width);
  const int bottom = std::min((row + 1) * under.chroma.down, under.plane[0].height);
  for (int y = row * under.chroma.down; y < bottom; ++y) {
    for (int x = column * under.chroma.across; x < right; ++x) {
      ++mixed.count;
      if (x < left || y < top || x >= left + width_ || y >= top + height_) continue;
      const auto at = place(x - left, y - top);
      mixed.alpha += alpha_[at];
      mixed.blue += alpha_[at] * blue_[at];
      mixed.red += alpha_[at] * red_[at];
    }
  }
  return mixed;
}

void Overlay::lay_chroma(const Planes& under, int left, int top) const {
  const auto& [across, down] = under.chroma;
  const Plane& blue = under.plane[1];
  const Plane& red = under.plane[2];
  const int first = std::max(0, left) / across;
  const int last = std::min((std::max(0, left + width_) + across - 1) / across, blue.width);
  for (int row = std::max(0, top) / down; row < std::min((std::max(0, top + height_) + down - 1) / down, blue.height);
       ++row) {
    for (int column = first; column < last; ++column) {
      const auto mixed = mix(under, column, row, left, top);
      if (mixed.alpha == 0) continue;
      const int whole = 255 * mixed.count;
      const auto mixed_with = [&](std::uint8_t& sample, int sum) {
        sample = static_cast<std::uint8_t>((sample * (whole - mixed.alpha) + sum + whole / 2) / whole);
      };
      mixed_with(blue.row(row)[column], mixed.blue);
      mixed_with(red.row(row)[column], mixed.red);
    }
  }
}

}  // namespace calotype::planar
