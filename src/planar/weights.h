#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <vector>

#include "model/rule.h"

namespace calotype::planar {

/// How one axis of a picture becomes one axis of a smaller or larger one, in luma pixels of either: nothing is rounded.
struct AxisMap {
  double begin = 0;  ///< of the part of the source that is scaled
  double end = 0;
  int size = 0;   ///< what that part becomes
  int first = 0;  ///< of that, the part that is made
  int count = 0;
  bool is_reversed = false;  ///< made from its far end on
  bool operator==(const AxisMap&) const = default;
};

/// The same axis in the samples of one plane.
struct PlaneAxis {
  AxisMap map;
  double source_unit = 1;  ///< luma pixels that one source sample stands for
  int source_count = 0;    ///< samples there are
  int target_unit = 1;
  rule::Kernel kernel = rule::Kernel::lanczos3;
  double width = 1;  ///< of the kernel where it makes smaller, over its own
  bool operator==(const PlaneAxis&) const = default;

  int target_count() const { return (map.count + target_unit - 1) / target_unit; }
};

/// For each target sample, which source samples it is made of. Weights are 14-bit and sum to exactly 1.
struct Weights {
  static constexpr int kBits = 14;
  static constexpr int kStep = 8;  ///< of taps: as many as the smallest vector holds

  int taps = 0;  ///< a multiple of kStep, of which the first `used` may differ from 0
  int used = 0;
  std::vector<std::int32_t> first;   ///< source sample of the first tap, for each target sample
  std::vector<std::int16_t> values;  ///< taps for each target sample, 0 where there is no more

  int count() const { return static_cast<int>(first.size()); }
  std::span<const std::int16_t> of(int target) const {
    return {values.data() + static_cast<std::size_t>(target) * static_cast<std::size_t>(taps),
            static_cast<std::size_t>(taps)};
  }
};

Weights make_weights(const PlaneAxis& axis);

/// Keeps the tables of the last few sizes: sites ask for the same ones again and again. Thread: one.
class WeightCache {
 public:
  /// Lives until so many others have been asked for.
  static constexpr std::size_t kKept = 64;

  std::shared_ptr<const Weights> get(const PlaneAxis& axis);

 private:
  struct Known {
    PlaneAxis axis;
    std::shared_ptr<const Weights> weights;
  };
  std::list<Known> known_;  ///< the last one asked for first
};

}  // namespace calotype::planar
