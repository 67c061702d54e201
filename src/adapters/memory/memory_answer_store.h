#pragma once

#include <map>
#include <mutex>
#include <tuple>

#include "ports/answer_store.h"

namespace calotype {

/// An AnswerStore that lives as long as the process. Thread: any.
class MemoryAnswerStore final : public AnswerStore {
 public:
  Task<Claimed> claim(Context ctx, AnswerKey key, Digest fingerprint, Claim claim, WallTime now,
                      WallTime lease) override;
  Task<bool> renew(Context ctx, AnswerKey key, Claim claim, WallTime lease) override;
  Task<> finish(Context ctx, AnswerKey key, Claim claim, StoredAnswer answer) override;
  Task<> give_up(Context ctx, AnswerKey key, Claim claim) override;
  Task<> end_claims(Context ctx) override;
  Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) override;

  /// As if the process had died behind the work of each, and before its answer was kept.
  void lose_answers();

 private:
  using Place = std::tuple<TenantId, std::string, std::string>;
  struct Kept {
    Digest fingerprint;
    Claim claim;
    WallTime lease;
    WallTime created;
    std::optional<StoredAnswer> answer{};
  };
  static Place place_of(const AnswerKey& key) { return {key.tenant, key.route, key.key}; }
  Kept* claimed(const AnswerKey& key, Claim claim);

  std::mutex mutex_;
  std::map<Place, Kept> answers_;  // guarded by mutex_
};

}  // namespace calotype
