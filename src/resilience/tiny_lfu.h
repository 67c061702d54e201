#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "resilience/frequency_sketch.h"

namespace calotype::resilience {

/// Keeps the values that are worth it, up to a number of bytes (W-TinyLFU). What is new comes into a small window; what
/// falls out of that is let in only if it was asked for more often than what would have to go, so that a crawler that
/// asks for everything once drives out nothing that is asked for twice. Inside, what was used again is protected.
/// Each value is charged with what the caller says plus the cost of its place. Values of one group are found, and
/// forgotten, together; `GroupOf` tells a key's. Thread: any. Values are copied out: let them be cheap to copy.
template <class Key, class Value, class GroupOf, class Hash = std::hash<Key>>
class TinyLfu {
 public:
  using Group = decltype(GroupOf{}(std::declval<const Key&>()));

  /// About what a place costs beside key and value: a list's node, an index's, and a share of a group's and the sketch.
  static constexpr std::size_t kPlaceBytes = 160;

  explicit TinyLfu(std::size_t capacity_bytes)
      : capacity_(capacity_bytes),
        window_most_(capacity_bytes / 20),
        protected_most_((capacity_bytes - window_most_) / 5 * 4),
        sketch_(capacity_bytes / 4096) {}

  /// nullopt when it is not there. Either way the key was asked for once more.
  std::optional<Value> get(const Key& key) {
    const std::lock_guard lock(mutex_);
    sketch_.see(Hash{}(key));
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    use(found->second);
    return found->second->value;
  }

  /// Replaces one of the same key, also where the new one is too large to keep.
  void put(const Key& key, Value value, std::size_t bytes) {
    Entries dropped;  // destroyed without the lock
    const std::lock_guard lock(mutex_);
    take_out(key, dropped);
    const auto charge = charge_of(bytes);
    if (charge < bytes || charge > capacity_) return;
    auto& window = segment(Part::window);
    window.entries.push_front(
        Entry{.key = key, .value = std::move(value), .charge = charge, .group = GroupOf{}(key), .part = Part::window});
    window.bytes += charge;
    index_.emplace(key, window.entries.begin());
    join_group(window.entries.front());
    while (window.bytes > window_most_) leave_window(dropped);
  }

  /// Shows those of a group, at most so many, those that came in last first where none has gone. `visit` runs under the
  /// lock.
  template <class Visit>
  void visit_group(const Group& group, std::size_t most, Visit visit) const {
    const std::lock_guard lock(mutex_);
    const auto found = groups_.find(group);
    if (found == groups_.end()) return;
    const auto& members = found->second;
    for (auto each = members.rbegin(); each != members.rend() && most > 0; ++each, --most) {
      visit((*each)->key, (*each)->value);
    }
  }

  /// How many went.
  std::size_t erase_group(const Group& group) {
    Entries dropped;
    const std::lock_guard lock(mutex_);
    for (auto found = groups_.find(group); found != groups_.end(); found = groups_.find(group)) {
      take_out(Key(found->second.back()->key), dropped);
    }
    return dropped.size();
  }

  bool erase(const Key& key) {
    Entries dropped;
    const std::lock_guard lock(mutex_);
    take_out(key, dropped);
    return !dropped.empty();
  }

  std::size_t used_bytes() const {
    const std::lock_guard lock(mutex_);
    return segments_[0].bytes + segments_[1].bytes + segments_[2].bytes;
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return index_.size();
  }
  std::size_t capacity_bytes() const { return capacity_; }
  static constexpr std::size_t charge_of(std::size_t bytes) {
    return bytes + sizeof(Entry) + 2 * sizeof(Key) + kPlaceBytes;
  }

 private:
  enum class Part { window, probation, guarded };
  struct Entry {
    Key key;
    Value value;
    std::size_t charge = 0;
    Group group;
    Part part = Part::window;
    std::size_t place = 0;  ///< in its group
  };
  using Entries = std::list<Entry>;  // the last used first
  using Place = typename Entries::iterator;
  struct Segment {
    Entries entries;
    std::size_t bytes = 0;
  };

  Segment& segment(Part part) { return segments_[static_cast<std::size_t>(part)]; }

  void move(Place entry, Part to) {
    auto& from = segment(entry->part);
    auto& into = segment(to);
    into.entries.splice(into.entries.begin(), from.entries, entry);
    from.bytes -= entry->charge;
    into.bytes += entry->charge;
    entry->part = to;
  }

  /// Used once more: what was on probation has proved itself.
  void use(Place entry) {
    if (entry->part != Part::probation) return move(entry, entry->part);
    move(entry, Part::guarded);
    auto& guarded = segment(Part::guarded);
    while (guarded.bytes > protected_most_) move(std::prev(guarded.entries.end()), Part::probation);
  }

  /// The one used longest ago in the window goes on probation if there is room, or if it was asked for more often than
  /// each of those that would make room; otherwise it is forgotten.
  void leave_window(Entries& dropped) {
    const auto candidate = std::prev(segment(Part::window).entries.end());
    const auto main_most = capacity_ - window_most_;
    const auto main_bytes = segment(Part::probation).bytes + segment(Part::guarded).bytes;
    const auto worth = sketch_.count(Hash{}(candidate->key));
    std::vector<Key> victims;
    std::size_t freed = 0;
    for (const auto part : {Part::probation, Part::guarded}) {
      auto& entries = segment(part).entries;
      for (auto each = entries.rbegin(); each != entries.rend(); ++each) {
        if (main_bytes - freed + candidate->charge <= main_most) break;
        if (sketch_.count(Hash{}(each->key)) >= worth) return take_out(Key(candidate->key), dropped);
        victims.push_back(each->key);
        freed += each->charge;
      }
    }
    if (main_bytes - freed + candidate->charge > main_most) return take_out(Key(candidate->key), dropped);
    for (const auto& victim : victims) take_out(victim, dropped);
    move(candidate, Part::probation);
  }

  void join_group(Entry& entry) {
    auto& members = groups_[entry.group];
    entry.place = members.size();
    members.push_back(&entry);
  }

  void leave_group(const Entry& entry) {
    const auto found = groups_.find(entry.group);
    auto& members = found->second;
    members[entry.place] = members.back();
    members[entry.place]->place = entry.place;
    members.pop_back();
    if (members.empty()) groups_.erase(found);
  }

  void take_out(const Key& key, Entries& into) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    const auto entry = found->second;
    leave_group(*entry);
    index_.erase(found);
    auto& from = segment(entry->part);
    from.bytes -= entry->charge;
    into.splice(into.end(), from.entries, entry);
  }

  const std::size_t capacity_;
  const std::size_t window_most_;
  const std::size_t protected_most_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  FrequencySketch sketch_;
  std::array<Segment, 3> segments_;
  std::unordered_map<Key, Place, Hash> index_;
  // Side by side, not linked: whoever looks through a group waits for its members' memory once, not for each.
  std::unordered_map<Group, std::vector<Entry*>> groups_;
};

}  // namespace calotype::resilience
