#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "delivery/delivery.h"

namespace calotype::delivery {

/// What is asked for most by each of some rules: for each a list of fixed size, in which a newcomer takes the place of
/// the rarest and inherits its count (Space-Saving: Metwally, Agrawal, El Abbadi, 2005). So what is asked for often is
/// there, and what is there may be counted too high. Thread: any.
class Popular {
 public:
  static constexpr std::size_t kAsks = 64;
  static constexpr std::size_t kRules = 256;  ///< the one that was asked for least lately goes

  void note(RuleId rule, const RenditionKey& key, const Ask& ask, int weight);
  /// What was noted of a rule, most first, and forgets it; each has its count as its weight.
  std::vector<Ask> take(RuleId rule);

 private:
  struct Entry {
    RenditionKey key;
    Ask ask;
  };
  struct List {
    std::vector<Entry> entries;
    std::uint64_t noted = 0;
  };
  List& list_of(RuleId rule);

  std::mutex mutex_;
  // Guarded by mutex_.
  std::map<RuleId, List> lists_;
  std::uint64_t notes_ = 0;
};

}  // namespace calotype::delivery
