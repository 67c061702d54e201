#include "adapters/memory/memory_answer_store.h"

namespace calotype {

MemoryAnswerStore::Kept* MemoryAnswerStore::claimed(const AnswerKey& key, Claim claim) {
  const auto found = answers_.find(place_of(key));
  if (found == answers_.end() || found->second.claim != claim || found->second.answer) return nullptr;
  return &found->second;
}

Task<Claimed> MemoryAnswerStore::claim(Context, AnswerKey key, Digest fingerprint, Claim claim, WallTime now,
                                       WallTime lease) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = answers_.try_emplace(
      place_of(key), Kept{.fingerprint = fingerprint, .claim = claim, .lease = lease, .created = now});
  if (is_new) co_return Claimed{.kind = Claimed::Kind::mine, .since = now};
  auto& kept = at->second;
  if (kept.fingerprint != fingerprint) co_return Claimed{.kind = Claimed::Kind::other};
  if (kept.answer) co_return Claimed{.kind = Claimed::Kind::answered, .answer = kept.answer};
  if (kept.lease > now) co_return Claimed{.kind = Claimed::Kind::running};
  kept.claim = claim;
  kept.lease = lease;
  co_return Claimed{.kind = Claimed::Kind::mine, .since = kept.created, .was_left = true};
}

Task<bool> MemoryAnswerStore::renew(Context, AnswerKey key, Claim claim, WallTime lease) {
  const std::lock_guard lock(mutex_);
  auto* kept = claimed(key, claim);
  if (kept != nullptr) kept->lease = lease;
  co_return kept != nullptr;
}

Task<> MemoryAnswerStore::finish(Context, AnswerKey key, Claim claim, StoredAnswer answer) {
  const std::lock_guard lock(mutex_);
  auto* kept = claimed(key, claim);
  if (kept != nullptr) kept->answer = std::move(answer);
  co_return;
}

Task<> MemoryAnswerStore::give_up(Context, AnswerKey key, Claim claim) {
  const std::lock_guard lock(mutex_);
  if (claimed(key, claim) != nullptr) answers_.erase(place_of(key));
  co_return;
}

Task<> MemoryAnswerStore::end_claims(Context) {
  const std::lock_guard lock(mutex_);
  for (auto& [place, kept] : answers_) kept.lease = {};
  co_return;
}

Task<std::size_t> MemoryAnswerStore::forget(Context, WallTime before, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (auto at = answers_.begin(); at != answers_.end() && count < most;) {
    const bool goes = at->second.created < before;
    count += goes ? 1 : 0;
    at = goes ? answers_.erase(at) : std::next(at);
  }
  co_return count;
}

void MemoryAnswerStore::lose_answers() {
  const std::lock_guard lock(mutex_);
  for (auto& [place, kept] : answers_) {
    kept.answer.reset();
    kept.lease = {};
  }
}

}  // namespace calotype
