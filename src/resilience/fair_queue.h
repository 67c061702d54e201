#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

namespace calotype::resilience {

/// A queue in which everybody has the same share of what is taken out, by cost and not by number, however much each
/// puts in: start-time fair queueing (Goyal, Vin and Cheng, 1996). Of one key, first in is first out. It has a bound;
/// where it is reached, whoever has the most in it gives way. Thread: one.
template <class Key, class Item>
class FairQueue {
 public:
  explicit FairQueue(std::size_t most) : most_(most) {}

  /// What became of an item that was put in.
  struct Admission {
    bool is_in = true;
    std::optional<Item> evicted{};  ///< the last one of another key, which had more than its share
  };

  /// `extra`: so many more than the bound may be in it now.
  Admission push(const Key& key, double cost, Item item, std::size_t extra = 0) {
    Admission admission;
    if (!takes(key, extra)) return {.is_in = false};
    if (count_ + reserved_count_ >= most_ + extra) {
      const auto crowd = largest();
      admission.evicted = take_out(crowd, std::prev(crowd->second.entries.end()));
    }
    auto& line = lines_[key];
    const double start = std::max(now_, line.finished);
    line.finished = start + cost;
    line.entries.push_back({.start = start, .cost = cost, .item = std::move(item)});
    ++count_;
    return admission;
  }

  /// Whether push() would put one in.
  bool takes(const Key& key, std::size_t extra = 0) const {
    if (count_ + reserved_count_ < most_ + extra) return true;
    const auto crowd = largest();
    const auto own = waiting_of(key) + reserved_of(key);
    return crowd != lines_.end() && crowd->first != key && crowd->second.entries.size() > own + 1;
  }

  /// Keeps a place for an item that comes soon. False where it would not be let in.
  bool reserve(const Key& key) {
    if (!takes(key)) return false;
    ++reserved_[key];
    ++reserved_count_;
    return true;
  }
  /// Gives a place back: right before its item comes, or when that does not come.
  void release(const Key& key) {
    const auto found = reserved_.find(key);
    if (--found->second == 0) reserved_.erase(found);
    --reserved_count_;
  }

  /// Before all others: it was taken out in vain.
  void push_back_in(Item item) {
    returned_.push_front(std::move(item));
    ++count_;
  }

  /// nullopt where there is none.
  std::optional<Item> pop() {
    return pop_unless([](const Key&) { return false; });
  }

  /// As if those of whom `is_held(key)` says so had nothing in it; but for what was put back.
  template <class Held>
  std::optional<Item> pop_unless(Held is_held) {
    if (count_ == 0) return std::nullopt;
    if (!returned_.empty()) {
      --count_;
      auto item = std::move(returned_.front());
      returned_.pop_front();
      return item;
    }
    const auto line = next(is_held);
    if (line == lines_.end()) return std::nullopt;
    --count_;
    auto& entries = line->second.entries;
    auto entry = std::move(entries.front());
    entries.pop_front();
    now_ = std::max(now_, entry.start);
    begin_anew_if_empty();
    return std::move(entry.item);
  }

  /// False where it is not in it.
  bool erase(const Item& item) {
    for (auto line = lines_.begin(); line != lines_.end(); ++line) {
      auto& entries = line->second.entries;
      const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.item == item; });
      if (found == entries.end()) continue;
      take_out(line, found);
      return true;
    }
    const auto found = std::find(returned_.begin(), returned_.end(), item);
    if (found == returned_.end()) return false;
    returned_.erase(found);
    --count_;
    begin_anew_if_empty();
    return true;
  }

  /// Without what places are kept for.
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  /// Keys that it remembers: those with something in it, or with a share that is not used up by the others yet.
  std::size_t keys() const { return lines_.size(); }
  std::size_t waiting_of(const Key& key) const {
    const auto found = lines_.find(key);
    return found == lines_.end() ? 0 : found->second.entries.size();
  }

 private:
  struct Entry {
    double start = 0;  ///< in virtual time, which stands still while nothing is taken out
    double cost = 0;
    Item item;
  };
  struct Line {
    std::deque<Entry> entries;
    double finished = 0;  ///< the virtual time at which its last entry will have had its share
  };
  using Lines = std::unordered_map<Key, Line>;

  std::size_t reserved_of(const Key& key) const {
    const auto found = reserved_.find(key);
    return found == reserved_.end() ? 0 : found->second;
  }

  template <class Its>
  static auto largest_of(Its& lines) {
    return std::max_element(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
      return a.second.entries.size() < b.second.entries.size();
    });
  }
  typename Lines::const_iterator largest() const { return largest_of(lines_); }
  typename Lines::iterator largest() { return largest_of(lines_); }

  /// The line whose turn it is; end() where all that have something are held. Forgets those that have nothing in it and
  /// owe nothing: they would begin anew anyway.
  template <class Held>
  typename Lines::iterator next(Held is_held) {
    auto found = lines_.end();
    for (auto line = lines_.begin(); line != lines_.end();) {
      const auto& [entries, finished] = line->second;
      if (entries.empty() && finished <= now_) {
        line = lines_.erase(line);
        continue;
      }
      const bool is_sooner =
          !entries.empty() && (found == lines_.end() || entries.front().start < found->second.entries.front().start);
      if (is_sooner && !is_held(line->first)) found = line;
      ++line;
    }
    return found;
  }

  /// What was not done is not charged: those behind it move up.
  Item take_out(typename Lines::iterator line, typename std::deque<Entry>::iterator entry) {
    for (auto behind = std::next(entry); behind != line->second.entries.end(); ++behind) behind->start -= entry->cost;
    line->second.finished -= entry->cost;
    auto item = std::move(entry->item);
    line->second.entries.erase(entry);
    --count_;
    begin_anew_if_empty();
    return item;
  }

  void begin_anew_if_empty() {
    if (count_ > 0) return;
    lines_.clear();
    now_ = 0;
  }

  const std::size_t most_;
  std::size_t count_ = 0;
  double now_ = 0;
  Lines lines_;
  std::deque<Item> returned_;
  std::unordered_map<Key, std::size_t> reserved_;
  std::size_t reserved_count_ = 0;
};

}  // namespace calotype::resilience
