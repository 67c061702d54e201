#pragma once

#include <memory>
#include <optional>

#include "access/url_signature.h"
#include "core/context.h"
#include "core/task.h"
#include "ports/signing_key_store.h"
#include "resilience/ttl_cache.h"

namespace calotype::access {

/// What a good signature gives: anything that the tenant serves, by that URL, until then.
struct UrlGrant {
  TenantId tenant;
  WallTime expires;
};

/// Proves signed URLs. Keys are kept for half a second: one that was withdrawn has stopped working within a second.
/// Thread: any.
class SignedUrls {
 public:
  static constexpr Milliseconds kFreshFor{500};
  static constexpr std::size_t kMaxKeys = 10'000;

  SignedUrls(SigningKeyStore& store, const Clock& clock, Seconds skew) : store_(store), clock_(clock), skew_(skew) {}

  /// Throws unauthenticated, with one message whatever the cause; unavailable, timed_out from the store.
  Task<UrlGrant> prove(Context ctx, SignedRequest request);

 private:
  using Kept = std::optional<SigningKey>;
  Task<std::shared_ptr<const Kept>> find(Context ctx, SigningKeyId id);

  SigningKeyStore& store_;
  const Clock& clock_;
  const Seconds skew_;
  resilience::TtlCache<SigningKeyId, Kept> keys_{kMaxKeys};
};

}  // namespace calotype::access
