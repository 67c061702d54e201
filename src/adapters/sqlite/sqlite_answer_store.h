#pragma once

#include "ports/answer_store.h"

namespace calotype {

class Database;

/// The AnswerStore in a Database. Thread: any.
class SqliteAnswerStore final : public AnswerStore {
 public:
  explicit SqliteAnswerStore(Database& database) : database_(database) {}

  Task<Claimed> claim(Context ctx, AnswerKey key, Digest fingerprint, Claim claim, WallTime now,
                      WallTime lease) override;
  Task<bool> renew(Context ctx, AnswerKey key, Claim claim, WallTime lease) override;
  Task<> finish(Context ctx, AnswerKey key, Claim claim, StoredAnswer answer) override;
  Task<> give_up(Context ctx, AnswerKey key, Claim claim) override;
  Task<> end_claims(Context ctx) override;
  Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) override;

 private:
  Database& database_;
};

}  // namespace calotype
