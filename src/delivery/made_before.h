#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>

#include "model/rendition.h"
#include "model/rule_policy.h"
#include "resilience/frequency_sketch.h"

namespace calotype::delivery {

/// Which renditions were made lately, in memory of a fixed size: so that one which is asked for once takes no room.
/// Thread: any.
class MadeBefore {
 public:
  explicit MadeBefore(std::size_t keys) : sketch_(keys) {}

  /// Whether a rendition that was just made is to be kept. One in many is taken for another that was made before.
  bool keeps(rule::Caching::Store store, const RenditionKey& key) {
    if (store != rule::Caching::Store::second_hit) return store == rule::Caching::Store::always;
    // What distinguishes the renditions of one content stands behind their family's octets.
    const auto hash = family_of(tail_of(key));
    const std::lock_guard lock(mutex_);
    const bool was_made = sketch_.count(hash) > 0;
    sketch_.see(hash);
    return was_made;
  }

 private:
  static RenditionKey tail_of(const RenditionKey& key) {
    RenditionKey tail;
    std::copy(key.octets.begin() + sizeof(Family), key.octets.end(), tail.octets.begin());
    return tail;
  }

  std::mutex mutex_;
  resilience::FrequencySketch sketch_;  // guarded by mutex_
};

}  // namespace calotype::delivery
