#include "access/key_ring.h"

#include "access/policy_text.h"

namespace calotype::access {

namespace {

std::shared_ptr<const KnownKey> within(const std::shared_ptr<const std::optional<KnownKey>>& kept) {
  return *kept ? std::shared_ptr<const KnownKey>(kept, &**kept) : nullptr;
}

}  // namespace

Task<std::shared_ptr<const KnownKey>> KeyRing::find(Context ctx, AccessKeyId id) {
  const auto now = clock_.steady();  // the age counts from before the read
  const auto entry = keys_.find(id);
  if (entry.value && now < entry.until) co_return within(entry.value);
  const auto generation = keys_.generation();
  auto known = co_await read(ctx, id);
  auto kept = std::make_shared<const Kept>(std::move(known));
  keys_.put(id, {.value = kept, .stored = now, .until = now + kFreshFor}, generation);
  co_return within(kept);
}

Task<KeyRing::Kept> KeyRing::read(Context ctx, AccessKeyId id) {
  auto held = co_await store_.find_key(ctx, id);
  if (!held || !held->key.is_active) co_return std::nullopt;
  auto checker = PublicKey::read(held->key.public_key_pem);
  if (!checker) co_return std::nullopt;
  Statements statements;
  for (const auto& policy : held->policies) {
    for (auto& statement : read_stored(policy.body)) statements.push_back(std::move(statement));
  }
  co_return KnownKey{.key = std::move(held->key),
                     .is_operator = held->is_operator,
                     .demands = held->demands,
                     .rate = held->rate,
                     .checker = std::move(*checker),
                     .statements = std::make_shared<const Statements>(std::move(statements))};
}

}  // namespace calotype::access
