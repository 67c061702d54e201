#pragma once

#include <memory>
#include <optional>
#include <string>

#include "access/touched.h"
#include "core/clock.h"
#include "core/context.h"
#include "core/error.h"
#include "core/task.h"
#include "model/tenant.h"
#include "ports/catalog.h"
#include "ports/key_store.h"
#include "ports/used_tokens.h"

namespace calotype::access {

/// What a request brought to prove who calls: the `jwt` and `AccessKeyId` of its query, or the header forms.
struct Credentials {
  std::string jwt;
  std::string key_id;  ///< may be empty: then the JWS header's `kid`
};

/// What the token must be for: method, and the path without "/api/v1" and query, exactly as it was sent.
struct Target {
  std::string method;
  std::string path;
};

/// Management tokens need `iat` and an exact `rqs`; fetch tokens need no `iat`, and `*` in `rqs` is a wildcard.
enum class Surface { management, fetch };

struct Caller {
  TenantId tenant;
  AccessKeyId key;
  bool is_operator = false;
  std::string metadata;                          ///< the token's signed `metadata`, as JSON; "{}" when absent
  std::shared_ptr<const Statements> statements;  ///< of every policy that the key has
  std::optional<WallTime> expires{};             ///< the token's `exp`, where it has one
  std::optional<Rate> rate{};                    ///< the tenant's own, where it has one
};

struct AccessOptions {
  Seconds iat_window{300};
  Seconds skew{60};
  std::string audience = "calotype";  ///< what `aud` must name, where a token has it
};

struct AccessPorts {
  Catalog& catalog;
  KeyStore& keys;
  UsedTokens& tokens;
};

/// The one error of a caller who is not proven, whatever the cause: a difference would tell a forger how far he came.
Error not_proven();

/// Proves callers (docs: api-v1, Authentication). Thread: any.
class Access {
 public:
  Access(AccessPorts ports, const Clock& clock, BlockingPool& pool, AccessOptions options);
  ~Access();

  /// A management token that has a `jti` is good once. Throws unauthenticated, with one message whatever the cause;
  /// unavailable, timed_out from the catalog.
  Task<Caller> authenticate(Context ctx, Credentials credentials, Target target, Surface surface);

  /// Asks the key's policies whether it may do `action` ("buckets:create") to what the parts name, which are the
  /// tenant's. Whose tenant it is was decided before. Throws denied.
  Task<> permit(Context ctx, Caller caller, TenantId tenant, std::string action, std::vector<PathPart> parts);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A fresh RSA-2048 pair as PEM (PKCS#8, SubjectPublicKeyInfo).
struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};
KeyPair make_key_pair();

}  // namespace calotype::access
