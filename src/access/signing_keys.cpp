#include "access/signing_keys.h"

#include <fmt/format.h>

#include "access/description.h"
#include "core/digest.h"
#include "core/error.h"

namespace calotype::access {

namespace {

constexpr std::size_t kSecretOctets = 32;

Error no_key() { return Error(Fault::missing, "find the signing key: none of this id"); }

SigningKeyId read_id(const std::string& text) {
  const auto id = SigningKeyId::parse(text);
  if (!id) throw no_key();
  return *id;
}

}  // namespace

Task<SigningKey> SigningKeys::make(Context ctx, TenantId tenant, std::string description,
                                   std::optional<WallTime> ends) {
  require_description(description, "make a signing key");
  if (ends && *ends <= clock_.now()) {
    throw Error(Fault::unprocessable, "make a signing key: it would have ended already", "invalid-body",
                {{.pointer = "/ends", .detail = "must lie in the future", .hint = ""}});
  }
  const auto present = co_await store_.list_signing_keys(ctx, tenant);
  if (present.size() >= kMost) {
    throw Error(Fault::conflict, fmt::format("make a signing key: the tenant has {} already", present.size()),
                "too-many");
  }
  SigningKey key{.id = SigningKeyId::random(),
                 .tenant = tenant,
                 .secret = random_octets(kSecretOctets),
                 .description = std::move(description),
                 .created = clock_.now(),
                 .ends = ends};
  co_await store_.add_signing_key(ctx, key);
  co_return key;
}

Task<std::vector<SigningKey>> SigningKeys::list(Context ctx, TenantId tenant) {
  co_return co_await store_.list_signing_keys(ctx, tenant);
}

Task<SigningKey> SigningKeys::change(Context ctx, TenantId tenant, std::string id, SigningKeyChange change) {
  if (change.description) require_description(*change.description, "change the signing key");
  change.when = clock_.now();
  const auto key = co_await store_.change_signing_key(ctx, tenant, read_id(id), std::move(change));
  if (!key) throw no_key();
  co_return *key;
}

Task<> SigningKeys::remove(Context ctx, TenantId tenant, std::string id) {
  const bool is_removed = co_await store_.remove_signing_key(ctx, tenant, read_id(id), clock_.now());
  if (!is_removed) throw no_key();
}

}  // namespace calotype::access
