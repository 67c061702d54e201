#pragma once

#include <memory>
#include <optional>

#include "access/public_key.h"
#include "model/policy.h"
#include "ports/key_store.h"
#include "resilience/ttl_cache.h"

namespace calotype::access {

/// A key that may be used, ready for use.
struct KnownKey {
  AccessKey key;
  bool is_operator = false;
  TokenDemands demands;
  std::optional<Rate> rate;
  PublicKey checker;
  std::shared_ptr<const Statements> statements;  ///< of its policies
};

/// The keys of the store, kept for half a second: one that was disabled, or lost a policy, has done so within a second.
/// Keys that are not there are remembered as well. Thread: any.
class KeyRing {
 public:
  static constexpr Milliseconds kFreshFor{500};
  static constexpr std::size_t kMaxKeys = 10'000;

  KeyRing(KeyStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// nullptr for a key that is unknown, disabled or unusable. Throws: unavailable, timed_out.
  Task<std::shared_ptr<const KnownKey>> find(Context ctx, AccessKeyId id);

  /// How many are remembered.
  std::size_t size() const { return keys_.size(); }

 private:
  using Kept = std::optional<KnownKey>;
  Task<Kept> read(Context ctx, AccessKeyId id);

  KeyStore& store_;
  const Clock& clock_;
  resilience::TtlCache<AccessKeyId, Kept> keys_{kMaxKeys};
};

}  // namespace calotype::access
