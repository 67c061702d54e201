#include "lifecycle/chores.h"

#include <algorithm>

namespace calotype::lifecycle {

namespace {

/// What every step has at hand.
struct Hands {
  Stores stores;
  const Clock& clock;
  Terms terms;
  std::function<void(BucketId, const std::string&)> forget;
};
using SharedHands = std::shared_ptr<const Hands>;

Step step_of(std::size_t done, const Terms& terms) { return {.done = done, .has_more = done >= terms.most}; }

Step forgotten(const std::vector<ObjectKey>& gone, const Hands& hands) {
  for (const auto& key : gone) {
    if (hands.forget) hands.forget(key.bucket, key.name);
  }
  return step_of(gone.size(), hands.terms);
}

Task<Step> remove_expired(SharedHands hands, Context ctx) {
  const auto now = hands->clock.now();
  const auto gone = co_await hands->stores.objects.remove_expired(ctx, now, hands->terms.most);
  co_return forgotten(gone, *hands);
}

Task<Step> remove_deleted(SharedHands hands, Context ctx) {
  const auto now = hands->clock.now();
  const auto before = now - hands->terms.recoverable;
  const auto gone = co_await hands->stores.objects.remove_deleted(ctx, before, now, hands->terms.most);
  co_return forgotten(gone, *hands);
}

Task<Step> forget_uploads(SharedHands hands, Context ctx) {
  const auto before = hands->clock.now() - hands->terms.uploads;
  const auto count = co_await hands->stores.uploads.forget(ctx, before, hands->terms.most);
  co_return step_of(count, hands->terms);
}

Task<Step> forget_answers(SharedHands hands, Context ctx) {
  const auto before = hands->clock.now() - hands->terms.answers;
  const auto count = co_await hands->stores.answers.forget(ctx, before, hands->terms.most);
  co_return step_of(count, hands->terms);
}

Task<Step> forget_events(SharedHands hands, Context ctx) {
  const auto before = hands->clock.now() - hands->terms.events;
  const auto count = co_await hands->stores.events.forget(ctx, before, hands->terms.most);
  co_return step_of(count, hands->terms);
}

Task<Step> forget_purges(SharedHands hands, Context ctx) {
  const auto before = hands->clock.now() - hands->terms.events;
  const auto count = co_await hands->stores.purges.forget(ctx, before, hands->terms.most);
  co_return step_of(count, hands->terms);
}

Task<Step> forget_tokens(SharedHands hands, Context ctx) {
  const auto count = co_await hands->stores.tokens.forget(ctx, hands->clock.now(), hands->terms.most);
  co_return step_of(count, hands->terms);
}

/// What tenants that were removed had. Their objects' bytes are orphans then.
Task<Step> remove_tenants(SharedHands hands, Context ctx) {
  const auto leaving = co_await hands->stores.catalog.find_leaving(ctx);
  if (!leaving) co_return Step{};
  const auto now = hands->clock.now();
  const auto kept_until = now + hands->terms.aliases;
  const auto count = co_await hands->stores.catalog.remove_some(ctx, *leaving, hands->terms.most, now, kept_until);
  co_return Step{.done = std::max<std::size_t>(count, 1), .has_more = true};
}

/// A page of blobs: of those that came in long ago, the ones that no row refers to go. One that comes in again
/// meanwhile is young, and stays: its row may be on its way.
Task<Step> sweep_blobs(SharedHands hands, Context ctx, std::string cursor) {
  const auto before = hands->clock.now() - hands->terms.orphans;
  const auto after = Digest::parse(cursor);
  const auto page = co_await hands->stores.blobs.list(ctx, after, hands->terms.most);
  std::vector<ContentHash> old;
  for (const auto& blob : page.blobs) {
    if (blob.touched < before) old.push_back(blob.hash);
  }
  const auto unused = co_await hands->stores.uses.unused(ctx, std::move(old));
  Step step{.done = 0, .has_more = page.next.has_value(), .cursor = page.next ? page.next->hex() : ""};
  for (const auto& hash : unused) {
    const bool is_removed = co_await hands->stores.blobs.remove_older(ctx, hash, before);
    step.done += is_removed ? 1 : 0;
  }
  co_return step;
}

}  // namespace

std::vector<Chore> all_chores(Stores stores, const Clock& clock, Terms terms,
                              std::function<void(BucketId, const std::string&)> forget) {
  const auto hands = std::make_shared<const Hands>(
      Hands{.stores = stores, .clock = clock, .terms = terms, .forget = std::move(forget)});
  const auto simple = [&](std::string name, Task<Step> (*step)(SharedHands, Context)) {
    return Chore{.name = std::move(name), .every = terms.every, .step = [hands, step](Context ctx, std::string) {
                   return step(hands, std::move(ctx));
                 }};
  };
  return {simple("remove_tenants", remove_tenants),
          simple("remove_expired", remove_expired),
          simple("remove_deleted", remove_deleted),
          simple("forget_uploads", forget_uploads),
          simple("forget_answers", forget_answers),
          simple("forget_events", forget_events),
          simple("forget_purges", forget_purges),
          simple("forget_tokens", forget_tokens),
          {.name = "sweep_blobs", .every = terms.sweep_every, .step = [hands](Context ctx, std::string cursor) {
             return sweep_blobs(hands, std::move(ctx), std::move(cursor));
           }}};
}

}  // namespace calotype::lifecycle
