#include "transform/length.h"

#include <algorithm>
#include <cmath>

namespace calotype::transform {
namespace {

constexpr double kNothing = 1e-6;

int bounded(double pixels) {
  if (std::isnan(pixels)) return 0;
  return static_cast<int>(std::clamp(pixels, -1.0 * kFarthest, 1.0 * kFarthest));
}

}  // namespace

double pixels_of(const rule::Length& length, double whole, double dpr) {
  return length.unit == rule::Length::Unit::percent ? length.value * whole / 100.0 : length.value * dpr;
}

int nearest(double pixels) { return bounded(std::round(pixels)); }

int at_most(double pixels) { return bounded(std::floor(pixels + kNothing)); }

int at_least(double pixels) { return bounded(std::ceil(pixels - kNothing)); }

int side_of(double pixels) { return std::max(1, nearest(pixels)); }

int scaled_side(std::int64_t a, std::int64_t b, std::int64_t c) {
  const auto side = (2 * a * b + c) / (2 * c);
  return static_cast<int>(std::clamp<std::int64_t>(side, 1, kFarthest));
}

}  // namespace calotype::transform
