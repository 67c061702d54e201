#include "access/access.h"

#include "access/claims.h"
#include "access/key_ring.h"
#include "access/token.h"

namespace calotype::access {

namespace {

/// Checks a signature with the work of a real check, whatever is missing: the time it takes depends on the signature's
/// length alone, and says nothing of which keys there are.
class Verifier {
 public:
  bool verify(const KnownKey* known, const Token& token) const {
    const bool fits = known != nullptr && known->checker.fits(token.algorithm) &&
                      known->checker.signature_size() == token.signature.size();
    const auto& checker = fits ? known->checker : decoy_for(token);
    auto signature = token.signature;
    if (!fits) signature.resize(checker.signature_size());
    const bool is_good = checker.verifies(token.algorithm, token.signed_text, signature);
    return is_good && fits;
  }

 private:
  const PublicKey& decoy_for(const Token& token) const {
    if (token.algorithm == Algorithm::es256) return curve_;
    if (token.algorithm == Algorithm::eddsa) return edwards_;
    const auto size = token.signature.size();
    if (size >= large_.signature_size()) return large_;
    return size >= medium_.signature_size() ? medium_ : small_;
  }

  PublicKey small_ = PublicKey::decoy(2048);
  PublicKey medium_ = PublicKey::decoy(3072);
  PublicKey large_ = PublicKey::decoy(4096);
  PublicKey curve_ = PublicKey::decoy(Algorithm::es256);
  PublicKey edwards_ = PublicKey::decoy(Algorithm::eddsa);
};

/// The key that the request names: beside the token or, without that, within it. Two that differ name none.
std::optional<AccessKeyId> key_id_of(const Credentials& credentials, const std::optional<Token>& token) {
  if (!token) return std::nullopt;
  if (credentials.key_id.empty()) return token->key_id ? AccessKeyId::parse(*token->key_id) : std::nullopt;
  const auto beside = AccessKeyId::parse(credentials.key_id);
  if (token->key_id && AccessKeyId::parse(*token->key_id) != beside) return std::nullopt;
  return beside;
}

/// `exp` as a time; none where it lies farther away than a time can say.
std::optional<WallTime> end_of(const Claims& claims) {
  constexpr double kFarthest = 1e12;  // in seconds: the year 33658
  if (!claims.expires_at || !(*claims.expires_at < kFarthest)) return std::nullopt;
  return WallTime(Milliseconds(static_cast<std::int64_t>(std::max(*claims.expires_at, 0.0) * 1000)));
}

/// Whether the claims are there that the key's tenant wants. A URL of a picture is asked for again and again, so that
/// an id would mean nothing in it.
bool has_what_is_demanded(const Claims& claims, Surface surface, const TokenDemands& demands) {
  if (demands.expiry && !claims.expires_at) return false;
  return !demands.token_id || claims.token_id || surface == Surface::fetch;
}

/// When a management token is no good any more by its own times.
WallTime end_of_use(const Claims& claims, const AccessOptions& options) {
  const auto issued = WallTime(Milliseconds(static_cast<std::int64_t>(claims.issued_at.value_or(0) * 1000)));
  const auto by_window = issued + options.iat_window + options.skew;
  const auto by_claim = end_of(claims);
  return by_claim ? std::min(*by_claim + options.skew, by_window) : by_window;
}

}  // namespace

struct Access::State {
  AccessPorts ports;
  const Clock& clock;
  BlockingPool& pool;
  AccessOptions options;
  KeyRing keys;
  Verifier verifier;
};

Access::Access(AccessPorts ports, const Clock& clock, BlockingPool& pool, AccessOptions options)
    : state_(new State{.ports = ports,
                       .clock = clock,
                       .pool = pool,
                       .options = std::move(options),
                       .keys = {ports.keys, clock},
                       .verifier = {}}) {}

Access::~Access() = default;

Task<Caller> Access::authenticate(Context ctx, Credentials credentials, Target target, Surface surface) {
  const auto token = read_token(credentials.jwt);
  const auto id = key_id_of(credentials, token);
  std::shared_ptr<const KnownKey> known;
  if (id) known = co_await state_->keys.find(ctx, *id);

  auto check = [&verifier = state_->verifier, known, presented = token.value_or(Token())] {
    return verifier.verify(known.get(), presented);
  };
  const bool is_signed = co_await state_->pool.run(std::move(check));
  if (!is_signed) throw not_proven();

  auto claims = read_claims(token->payload);
  if (!claims || !are_for(*claims, target, surface, state_->clock.now(), known->key, state_->options) ||
      !has_what_is_demanded(*claims, surface, known->demands)) {
    throw not_proven();
  }
  // A URL of a picture is asked for again and again.
  if (claims->token_id && surface == Surface::management) {
    const auto until = end_of_use(*claims, state_->options);
    const bool is_first =
        co_await state_->ports.tokens.use(ctx, known->key.tenant, Digest::of(*claims->token_id), until);
    if (!is_first) throw not_proven();
  }
  co_return Caller{.tenant = known->key.tenant,
                   .key = known->key.id,
                   .is_operator = known->is_operator,
                   .metadata = std::move(claims->metadata),
                   .statements = known->statements,
                   .expires = end_of(*claims),
                   .rate = known->rate};
}

Task<> Access::permit(Context ctx, Caller caller, TenantId tenant, std::string action, std::vector<PathPart> parts) {
  const auto statements = caller.statements;
  const auto touched =
      co_await touched_by(ctx, state_->ports.catalog, state_->ports.keys, tenant, *statements, std::move(parts));
  const bool is_allowed = are_allowing(*statements, {.action = action, .tenant = tenant, .touched = touched});
  if (!is_allowed) throw Error(Fault::denied, fmt::format("do {}: the key's policies do not allow it", action));
}

Error not_proven() {
  return Error(Fault::unauthenticated, "prove the caller: the request needs a valid token of an active key");
}

}  // namespace calotype::access
