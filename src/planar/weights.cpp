#include "planar/weights.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace calotype::planar {
namespace {

double sinc(double x) {
  if (x == 0) return 1;
  return std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

/// The family of Mitchell and Netravali, of which Catmull-Rom ("cubic") is another member.
double cubic(double x, double b, double c) {
  x = std::abs(x);
  if (x < 1) return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + 6 - 2 * b) / 6;
  if (x >= 2) return 0;
  return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6;
}

double radius_of(rule::Kernel kernel) {
  switch (kernel) {
    case rule::Kernel::nearest: return 0.5;
    case rule::Kernel::linear: return 1;
    case rule::Kernel::cubic:
    case rule::Kernel::mitchell:
    case rule::Kernel::lanczos2: return 2;
    case rule::Kernel::lanczos3: return 3;
  }
  return 3;
}

double value_of(rule::Kernel kernel, double x) {
  if (std::abs(x) >= radius_of(kernel)) return 0;
  switch (kernel) {
    case rule::Kernel::nearest: return 1;
    case rule::Kernel::linear: return 1 - std::abs(x);
    case rule::Kernel::cubic: return cubic(x, 0, 0.5);
    case rule::Kernel::mitchell: return cubic(x, 1.0 / 3, 1.0 / 3);
    case rule::Kernel::lanczos2: return sinc(x) * sinc(x / 2);
    case rule::Kernel::lanczos3: return sinc(x) * sinc(x / 3);
  }
  return 0;
}

/// What is cut off is never looked at: the samples at the edge stand in for it.
struct Edges {
  int first = 0;
  int last = 0;
};

Edges edges_of(const PlaneAxis& axis) {
  const int first = static_cast<int>(std::floor(axis.map.begin / axis.source_unit + 1e-6));
  const int last = static_cast<int>(std::ceil(axis.map.end / axis.source_unit - 1e-6)) - 1;
  Edges edges{.first = std::clamp(first, 0, axis.source_count - 1), .last = 0};
  edges.last = std::clamp(last, edges.first, axis.source_count - 1);
  return edges;
}

/// Where the middle of a target sample lies, in source samples; the middle of the first one is at 0.5.
double centre_of(const PlaneAxis& axis, int target) {
  const double pixel = (target + 0.5) * axis.target_unit;
  const double along = axis.map.first + (axis.map.is_reversed ? axis.map.count - pixel : pixel);
  return (axis.map.begin + along * (axis.map.end - axis.map.begin) / axis.map.size) / axis.source_unit;
}

/// Rounds so that the sum is exactly 1: what is missing goes where it is seen the least, to the heaviest.
void store(const std::vector<double>& exact, std::int16_t* into) {
  double sum = 0;
  for (const double w : exact) sum += w;
  constexpr int kOne = 1 << Weights::kBits;
  int rest = kOne;
  std::size_t heaviest = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const auto rounded = static_cast<int>(std::lround(exact[i] / sum * kOne));
    into[i] = static_cast<std::int16_t>(rounded);
    rest -= rounded;
    if (exact[i] > exact[heaviest]) heaviest = i;
  }
  into[heaviest] = static_cast<std::int16_t>(into[heaviest] + rest);
}

}  // namespace

Weights make_weights(const PlaneAxis& axis) {
  const double step = (axis.map.end - axis.map.begin) / axis.map.size * axis.target_unit / axis.source_unit;
  const double stretch = std::max(1.0, step * axis.width);
  const double reach = radius_of(axis.kernel) * stretch;
  const Edges edges = edges_of(axis);
  const int count = axis.target_count();
  const int widest = std::min(edges.last - edges.first + 1, static_cast<int>(std::ceil(2 * reach)) + 1);

  Weights weights;
  weights.used = widest;
  weights.taps = (widest + Weights::kStep - 1) / Weights::kStep * Weights::kStep;
  weights.first.resize(static_cast<std::size_t>(count));
  weights.values.resize(static_cast<std::size_t>(count) * static_cast<std::size_t>(weights.taps));
  std::vector<double> exact;
  for (int target = 0; target < count; ++target) {
    const double centre = centre_of(axis, target);
    const int low = static_cast<int>(std::ceil(centre - reach - 0.5));
    const int high = static_cast<int>(std::floor(centre + reach - 0.5));
    const int first = std::clamp(low, edges.first, edges.last - widest + 1);
    exact.assign(static_cast<std::size_t>(widest), 0);
    for (int i = low; i <= high; ++i) {
      const int at = std::clamp(i, first, first + widest - 1) - first;
      exact[static_cast<std::size_t>(at)] += value_of(axis.kernel, (i + 0.5 - centre) / stretch);
    }
    weights.first[static_cast<std::size_t>(target)] = first;
    store(exact, weights.values.data() + static_cast<std::size_t>(target) * static_cast<std::size_t>(weights.taps));
  }
  return weights;
}

std::shared_ptr<const Weights> WeightCache::get(const PlaneAxis& axis) {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& known) { return known.axis == axis; });
  if (found != known_.end()) {
    known_.splice(known_.begin(), known_, found);
    return found->weights;
  }
  known_.push_front({.axis = axis, .weights = std::make_shared<const Weights>(make_weights(axis))});
  if (known_.size() > kKept) known_.pop_back();
  return known_.front().weights;
}

}  // namespace calotype::planar
