#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "core/clock.h"

namespace calotype::resilience {

/// What a limiter says of one request.
struct Share {
  bool is_let_in = true;
  double most = 0;    ///< that may come at once
  double left = 0;    ///< of those, now
  Seconds wait{0};    ///< until one may come again; 0 where it may now
  Seconds refill{0};  ///< until all of them may
  Seconds window{0};  ///< how long a refill from nothing takes
};

/// A token bucket for each key: lets through `per_second` on average and `burst` at once. Remembers at most `capacity`
/// keys; one that was not seen for the longest time begins anew. Thread: any.
template <class Key>
class RateLimiter {
 public:
  RateLimiter(std::size_t capacity, const Clock& clock) : capacity_(capacity), clock_(clock) {}

  Share take(const Key& key, double per_second, double burst) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady();
    auto& bucket = bucket_of(key, burst, now);
    const std::chrono::duration<double> passed = now - bucket.filled;
    bucket.held = std::min(burst, bucket.held + passed.count() * per_second);
    bucket.filled = now;
    Share share{.is_let_in = bucket.held >= 1, .most = burst, .left = 0};
    if (share.is_let_in) bucket.held -= 1;
    share.left = std::floor(bucket.held);
    share.wait = seconds((1 - bucket.held) / per_second);
    share.refill = seconds((burst - bucket.held) / per_second);
    share.window = seconds(burst / per_second);
    return share;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return order_.size();
  }

 private:
  struct Bucket {
    double held = 0;
    SteadyTime filled;
  };
  using Order = std::list<std::pair<Key, Bucket>>;  // the last used first

  static Seconds seconds(double count) { return Seconds(static_cast<std::int64_t>(std::ceil(std::max(count, 0.0)))); }

  Bucket& bucket_of(const Key& key, double burst, SteadyTime now) {
    const auto found = places_.find(key);
    if (found != places_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return order_.front().second;
    }
    if (order_.size() >= capacity_) {
      places_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(key, Bucket{.held = burst, .filled = now});
    places_.emplace(key, order_.begin());
    return order_.front().second;
  }

  const std::size_t capacity_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Order order_;  // guarded by mutex_, as is all below
  std::unordered_map<Key, typename Order::iterator> places_;
};

}  // namespace calotype::resilience
