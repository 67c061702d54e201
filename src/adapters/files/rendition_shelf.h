#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "model/rendition.h"

namespace calotype {

/// Which renditions are on the disk, what they are, how much they take, and in which order they were used. No I/O.
/// Thread: any.
class RenditionShelf {
 public:
  struct Entry {
    RenditionKey key;
    std::uint64_t bytes = 0;
    std::optional<Traits> traits{};  ///< absent: found at the start, and not looked into since
  };

  /// Notes one as used now; one that is there takes on the new size and traits.
  void add(RenditionKey key, std::uint64_t bytes, Traits traits);
  /// Notes those found at the start, used last in front: they are older than whatever was noted since. Then the shelf
  /// is complete.
  void complete(const std::vector<Entry>& found);
  /// Notes one as used now, if it is there.
  void use(RenditionKey key);
  /// Notes what one is, if it is there.
  void learn(RenditionKey key, Traits traits);
  void remove(RenditionKey key);
  /// Of a family, in no order.
  std::vector<RenditionKey> of_family(Family family) const;
  struct Members {
    std::vector<Relative> known;
    std::vector<RenditionKey> unknown;  ///< to be looked into
  };
  /// Of a family, at most so many, in no order.
  Members members(Family family, std::size_t most) const;
  /// False when it is certainly not there.
  bool may_hold(RenditionKey key) const;
  /// Takes off those used longest ago until at most `bytes` are left, and gives them.
  std::vector<RenditionKey> shrink_to(std::uint64_t bytes);

  bool is_complete() const;
  std::uint64_t bytes() const;
  std::size_t count() const;

 private:
  using Entries = std::list<Entry>;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Entries by_use_;                                    // used last in front
  std::map<RenditionKey, Entries::iterator> places_;  // a family's lie side by side
  std::uint64_t bytes_ = 0;
  bool is_complete_ = false;
};

}  // namespace calotype
