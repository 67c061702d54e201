#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/context.h"
#include "core/digest.h"
#include "core/id.h"
#include "core/task.h"
#include "model/tenant.h"

namespace calotype {

/// What a client calls one request by, however often it sends it.
struct AnswerKey {
  TenantId tenant;
  std::string route;
  std::string key;
};

/// What was answered, to be given again.
struct StoredAnswer {
  int status = 0;
  std::string fields;  ///< the caller's form
  std::string body;
  Digest request_body;  ///< of the body that the answer was for
};

using Claim = Id<struct ClaimTag>;

struct Claimed {
  enum class Kind {
    mine,      ///< do it, then finish or give up
    running,   ///< somebody does it now
    answered,  ///< `answer` has it
    other,     ///< the key was used for another request
  };
  Kind kind = Kind::mine;
  WallTime since{};       ///< mine: when it was claimed at first
  bool was_left = false;  ///< mine: that was an earlier one, which was begun and never ended
  std::optional<StoredAnswer> answer{};
};

/// Remembers requests by their Idempotency-Key, from before they are carried out. Thread: any.
class AnswerStore {
 public:
  virtual ~AnswerStore() = default;

  /// Claims the key for a request with this fingerprint until `lease`; durable when it returns.
  virtual Task<Claimed> claim(Context ctx, AnswerKey key, Digest fingerprint, Claim claim, WallTime now,
                              WallTime lease) = 0;
  /// Prolongs a claim. False when it is another's by now.
  virtual Task<bool> renew(Context ctx, AnswerKey key, Claim claim, WallTime lease) = 0;
  /// Keeps the answer, if the claim still stands.
  virtual Task<> finish(Context ctx, AnswerKey key, Claim claim, StoredAnswer answer) = 0;
  /// Forgets the request, if the claim still stands: it may be made anew.
  virtual Task<> give_up(Context ctx, AnswerKey key, Claim claim) = 0;
  /// Ends every claim: for a process that has just started and has the store for itself.
  virtual Task<> end_claims(Context ctx) = 0;
  /// Forgets what was claimed before then, at most so many; gives how many.
  virtual Task<std::size_t> forget(Context ctx, WallTime before, std::size_t most) = 0;
};

}  // namespace calotype
