#include "access/key_ring.h"

#include "access/policy_text.h"

namespace calotype::access {

Task<std::shared_ptr<const KnownKey>> KeyRing::find(Context ctx, AccessKeyId id) {
  const auto now = clock_.steady();
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found != entries_.end() && now - found->second.read_at < kFreshFor) co_return found->second.known;
  }
  auto known = co_await read(ctx, id);
  keep(id, {.read_at = now, .known = known});  // the age counts from before the read
  co_return known;
}

Task<std::shared_ptr<const KnownKey>> KeyRing::read(Context ctx, AccessKeyId id) {
  auto held = co_await store_.find_key(ctx, id);
  if (!held || !held->key.is_active) co_return nullptr;
  auto checker = PublicKey::read(held->key.public_key_pem);
  if (!checker) co_return nullptr;
  Statements statements;
  for (const auto& policy : held->policies) {
    for (auto& statement : read_stored(policy.body)) statements.push_back(std::move(statement));
  }
  co_return std::make_shared<const KnownKey>(
      KnownKey{.key = std::move(held->key),
               .is_operator = held->is_operator,
               .demands = held->demands,
               .rate = held->rate,
               .checker = std::move(*checker),
               .statements = std::make_shared<const Statements>(std::move(statements))});
}

std::size_t KeyRing::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void KeyRing::keep(AccessKeyId id, Entry entry) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMaxKeys) {
    std::erase_if(entries_, [&](const auto& old) { return entry.read_at - old.second.read_at >= kFreshFor; });
    if (entries_.size() >= kMaxKeys) entries_.clear();
  }
  entries_.insert_or_assign(id, std::move(entry));
}

}  // namespace calotype::access
