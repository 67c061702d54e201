#include "access/keys.h"

#include <algorithm>

#include "access/description.h"
#include "access/policies.h"
#include "access/public_key.h"

namespace calotype::access {

namespace {

Error no_key() { return Error(Fault::missing, "find the access key: none of this id"); }

Error unusable(std::string_view sent) {
  const bool is_private = sent.find("PRIVATE KEY-----") != std::string_view::npos;
  return Error(
      Fault::unprocessable, "add an access key: the public key cannot be used", "invalid-body",
      {{.pointer = "/public_key",
        .detail = "must be a public key as PEM (SubjectPublicKeyInfo) or its bare base64: RSA of 2048, 3072 or "
                  "4096 bits with an exponent of at least 65537, EC on P-256, or Ed25519",
        .hint = is_private ? "this is a private key: send its public half, and make a new pair" : ""}});
}

}  // namespace

Task<> Keys::refuse_too_many(Context ctx, TenantId tenant) {
  const auto present = co_await store_.list_keys(ctx, tenant);
  if (present.size() < kMost) co_return;
  throw Error(Fault::conflict, fmt::format("add an access key: the tenant has {} already", present.size()), "too-many");
}

Task<std::vector<PolicyId>> Keys::policies_of(Context ctx, TenantId tenant, NewKey fields) {
  if (!fields.policies) co_return std::vector{default_policy_of(tenant)};
  std::vector<PolicyId> found;
  std::vector<Problem> problems;
  if (fields.policies->size() > kMostPolicies) {
    problems.push_back(
        {.pointer = "/policies", .detail = fmt::format("must be at most {}", kMostPolicies), .hint = ""});
    fields.policies->clear();
  }
  for (std::size_t i = 0; i < fields.policies->size(); ++i) {
    const auto policy = co_await find_policy(ctx, store_, tenant, fields.policies->at(i));
    if (!policy) {
      problems.push_back(
          {.pointer = fmt::format("/policies/{}", i), .detail = "is no policy of the tenant", .hint = ""});
    } else if (std::find(found.begin(), found.end(), policy->id) == found.end()) {
      found.push_back(policy->id);
    }
  }
  if (!problems.empty()) {
    throw Error(Fault::unprocessable, "add an access key: a policy is not there", "invalid-body", std::move(problems));
  }
  co_return found;
}

Task<MadeKey> Keys::make(Context ctx, TenantId tenant, NewKey fields) {
  require_description(fields.description, "add an access key");
  co_await refuse_too_many(ctx, tenant);
  auto policies = co_await policies_of(ctx, tenant, fields);
  auto pair = co_await pool_.run(make_key_pair);
  MadeKey made{.key = {.id = AccessKeyId::random(),
                       .tenant = tenant,
                       .public_key_pem = std::move(pair.public_pem),
                       .description = std::move(fields.description),
                       .is_active = true,
                       .created = clock_.now()},
               .private_pem = std::move(pair.private_pem)};
  co_await store_.add_key(ctx, made.key, std::move(policies));
  co_return made;
}

Task<AccessKey> Keys::add(Context ctx, TenantId tenant, std::string public_key, NewKey fields) {
  require_description(fields.description, "add an access key");
  const auto read = PublicKey::read(public_key);
  if (!read) throw unusable(public_key);
  co_await refuse_too_many(ctx, tenant);
  auto policies = co_await policies_of(ctx, tenant, fields);
  AccessKey key{.id = AccessKeyId::random(),
                .tenant = tenant,
                .public_key_pem = read->pem(),
                .description = std::move(fields.description),
                .is_active = true,
                .created = clock_.now()};
  co_await store_.add_key(ctx, key, std::move(policies));
  co_return key;
}

Task<std::vector<AccessKey>> Keys::list(Context ctx, TenantId tenant) {
  co_return co_await store_.list_keys(ctx, tenant);
}

Task<HeldKey> Keys::require(Context ctx, TenantId tenant, std::string id) {
  const auto wanted = AccessKeyId::parse(id);
  if (!wanted) throw no_key();
  auto held = co_await store_.find_key(ctx, *wanted);
  if (!held || held->key.tenant != tenant) throw no_key();
  co_return std::move(*held);
}

Task<AccessKey> Keys::change(Context ctx, AccessKey key, KeyChange change) {
  if (change.description) require_description(*change.description, "change the access key");
  change.when = clock_.now();
  const auto changed = co_await store_.change_key(ctx, key.tenant, key.id, std::move(change));
  if (!changed) throw no_key();
  co_return *changed;
}

Task<> Keys::remove(Context ctx, AccessKey key) {
  const bool is_removed = co_await store_.remove_key(ctx, key.tenant, key.id, clock_.now());
  if (!is_removed) throw no_key();
}

Task<> Keys::attach(Context ctx, HeldKey held, StoredPolicy policy) {
  const bool has_it = std::ranges::any_of(held.policies, [&](const auto& one) { return one.id == policy.id; });
  if (!has_it && held.policies.size() >= kMostPolicies) {
    throw Error(Fault::conflict, fmt::format("give the key a policy: it has {} already", held.policies.size()),
                "too-many");
  }
  const bool is_attached = co_await store_.attach(ctx, held.key.tenant, held.key.id, policy.id, clock_.now());
  if (!is_attached) throw no_key();
}

Task<> Keys::detach(Context ctx, AccessKey key, StoredPolicy policy) {
  const bool is_detached = co_await store_.detach(ctx, key.tenant, key.id, policy.id, clock_.now());
  if (!is_detached) throw Error(Fault::missing, "take a policy from the key: it does not have it");
}

}  // namespace calotype::access
