#include "adapters/files/rendition_shelf.h"

namespace calotype {

void RenditionShelf::add(RenditionKey key, std::uint64_t bytes, Traits traits) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(key);
  if (found == places_.end()) {
    by_use_.push_front({.key = key, .bytes = bytes, .traits = traits});
    places_.emplace(key, by_use_.begin());
  } else {
    bytes_ -= found->second->bytes;
    found->second->bytes = bytes;
    found->second->traits = traits;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
  }
  bytes_ += bytes;
}

void RenditionShelf::complete(const std::vector<Entry>& found) {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : found) {
    if (places_.contains(entry.key)) continue;
    by_use_.push_back(entry);
    places_.emplace(entry.key, std::prev(by_use_.end()));
    bytes_ += entry.bytes;
  }
  is_complete_ = true;
}

void RenditionShelf::use(RenditionKey key) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(key);
  if (found != places_.end()) by_use_.splice(by_use_.begin(), by_use_, found->second);
}

void RenditionShelf::learn(RenditionKey key, Traits traits) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(key);
  if (found != places_.end()) found->second->traits = traits;
}

void RenditionShelf::remove(RenditionKey key) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(key);
  if (found == places_.end()) return;
  bytes_ -= found->second->bytes;
  by_use_.erase(found->second);
  places_.erase(found);
}

std::vector<RenditionKey> RenditionShelf::of_family(Family family) const {
  const std::lock_guard lock(mutex_);
  std::vector<RenditionKey> found;
  for (auto at = places_.lower_bound(first_key_of(family)); at != places_.end(); ++at) {
    if (family_of(at->first) != family) break;
    found.push_back(at->first);
  }
  return found;
}

RenditionShelf::Members RenditionShelf::members(Family family, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  Members members;
  auto at = places_.lower_bound(first_key_of(family));
  for (std::size_t count = 0; at != places_.end() && count < most; ++at, ++count) {
    if (family_of(at->first) != family) break;
    const auto& [key, bytes, traits] = *at->second;
    if (traits) {
      members.known.push_back({.key = key, .traits = *traits});
    } else {
      members.unknown.push_back(key);
    }
  }
  return members;
}

bool RenditionShelf::may_hold(RenditionKey key) const {
  const std::lock_guard lock(mutex_);
  return !is_complete_ || places_.contains(key);
}

std::vector<RenditionKey> RenditionShelf::shrink_to(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  std::vector<RenditionKey> taken;
  while (bytes_ > bytes && !by_use_.empty()) {
    const auto& oldest = by_use_.back();
    taken.push_back(oldest.key);
    bytes_ -= oldest.bytes;
    places_.erase(oldest.key);
    by_use_.pop_back();
  }
  return taken;
}

bool RenditionShelf::is_complete() const {
  const std::lock_guard lock(mutex_);
  return is_complete_;
}

std::uint64_t RenditionShelf::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::size_t RenditionShelf::count() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

}  // namespace calotype
