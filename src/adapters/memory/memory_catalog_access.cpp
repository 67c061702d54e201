// Signing keys and invitations of a MemoryCatalog.
#include <algorithm>

#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/tables.h"

namespace calotype {

using namespace tables;

Task<std::optional<SigningKey>> MemoryCatalog::find_signing_key(Context, SigningKeyId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(signing_keys_, [&](const SigningKey& k) { return k.id == id && !is_leaving(k.tenant); });
}

Task<> MemoryCatalog::add_signing_key(Context, SigningKey key) {
  const std::lock_guard lock(mutex_);
  if (!has(tenants_, [&](const Tenant& t) { return t.id == key.tenant; })) refuse_orphan("add signing key");
  if (is_id_taken(signing_keys_, key)) refuse_taken("add signing key");
  tell(event_of(key, "created", key.created));
  signing_keys_.push_back(std::move(key));
  co_return;
}

Task<std::vector<SigningKey>> MemoryCatalog::list_signing_keys(Context, TenantId tenant) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(signing_keys_, [&](const SigningKey& k) { return k.tenant == tenant; });
}

Task<std::optional<SigningKey>> MemoryCatalog::change_signing_key(Context, TenantId tenant, SigningKeyId id,
                                                                  SigningKeyChange change) {
  const std::lock_guard lock(mutex_);
  auto* key = find_first(signing_keys_, [&](const SigningKey& k) { return k.id == id && k.tenant == tenant; });
  if (key == nullptr) co_return std::nullopt;
  key->description = change.description.value_or(key->description);
  if (change.ends) key->ends = change.ends;
  tell(event_of(*key, "changed", change.when));
  co_return *key;
}

Task<bool> MemoryCatalog::remove_signing_key(Context, TenantId tenant, SigningKeyId id, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const SigningKey& k) { return k.id == id && k.tenant == tenant; };
  const auto key = first_of(signing_keys_, is_it);
  if (!key) co_return false;
  tell(event_of(*key, "deleted", when));
  co_return erase_first(signing_keys_, is_it);
}

Task<> MemoryCatalog::add_invitation(Context, Invitation invitation) {
  const std::lock_guard lock(mutex_);
  const auto is_same = [&](const Invitation& other) { return other.code == invitation.code; };
  if (is_id_taken(invitations_, invitation) || has(invitations_, is_same)) refuse_taken("add invitation");
  invitations_.push_back(std::move(invitation));
  co_return;
}

Task<std::vector<Invitation>> MemoryCatalog::list_invitations(Context) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(invitations_, [](const Invitation&) { return true; });
}

Task<bool> MemoryCatalog::remove_invitation(Context, InvitationId id) {
  const std::lock_guard lock(mutex_);
  co_return erase_first(invitations_, [&](const Invitation& i) { return i.id == id; });
}

void MemoryCatalog::use_invitation(const Digest& code, const Tenant& tenant) {
  auto* found = find_first(
      invitations_, [&](const Invitation& i) { return i.code == code && !i.used && tenant.created < i.expires; });
  if (found == nullptr) {
    throw Error(Fault::denied, "sign up: the invitation is unknown, used up or too old", "bad-invitation");
  }
  found->used = tenant.created;
  found->tenant = tenant.id;
}

}  // namespace calotype
