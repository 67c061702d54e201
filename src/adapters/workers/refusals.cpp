#include "adapters/workers/refusals.h"

namespace calotype::workers {
namespace {

constexpr int kKills = 2;

}  // namespace

void Refusals::note_kill(const Digest& what, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  forget_old(now);
  auto& record = records_[what];
  ++record.kills;
  record.last = now;
  order_.emplace_back(now, what);
}

bool Refusals::is_refused(const Digest& what, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(what);
  return found != records_.end() && found->second.kills >= kKills && now - found->second.last < time_;
}

std::size_t Refusals::size() const {
  const std::lock_guard lock(mutex_);
  return records_.size();
}

/// Drops what is too old, and the oldest where there is no room for one more.
void Refusals::forget_old(SteadyTime now) {
  while (!order_.empty() && (now - order_.front().first >= time_ || order_.size() >= most_)) {
    const auto& [when, what] = order_.front();
    const auto found = records_.find(what);
    if (found != records_.end() && found->second.last == when) records_.erase(found);
    order_.pop_front();
  }
}

}  // namespace calotype::workers
