#include "delivery/tiers.h"

#include <algorithm>
#include <exception>

#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::delivery {

namespace {

telemetry::Counter hits(telemetry::Metrics& metrics, const char* tier, const char* result) {
  return metrics.counter("calotype_delivery_cache_requests_total", "Renditions looked for, by the tier that had them.",
                         {{"cache", tier}, {"result", result}});
}

/// What a removal gives; 0, and `failure`, where it throws. The first failure is the one to tell of.
Task<std::size_t> removed(RenditionStore& store, Context ctx, Family family, std::exception_ptr& failure) {
  std::size_t count = 0;
  try {
    count = co_await store.remove(std::move(ctx), family);
  } catch (...) {
    if (!failure) failure = std::current_exception();
  }
  co_return count;
}

}  // namespace

Tiers::Remote::Remote(RenditionStore& its_store, std::shared_ptr<DropLog> drops, const Clock& clock,
                      telemetry::Metrics& metrics, const RemoteOptions& options)
    : store(its_store, clock, metrics, options),
      behind(store, std::move(drops), clock, metrics, "calotype_delivery_remote_", "the shared store",
             {.most = options.pending_stores, .most_bytes = options.pending_bytes}),
      hits(delivery::hits(metrics, "remote", "hit")),
      misses(delivery::hits(metrics, "remote", "miss")) {}

Tiers::Tiers(RenditionStore& memory, RenditionStore& disk, RenditionStore* remote, const Clock& clock,
             telemetry::Metrics& metrics, const Options& options)
    : memory_(memory),
      disk_(disk),
      clock_(clock),
      behind_(disk, drops_, clock, metrics, "calotype_delivery_", "the disk",
              {.most = options.pending_stores, .most_bytes = options.pending_bytes}),
      memory_hits_(hits(metrics, "memory", "hit")),
      disk_hits_(hits(metrics, "disk", "hit")),
      misses_(hits(metrics, "disk", "miss")) {
  if (remote != nullptr) remote_.emplace(*remote, drops_, clock, metrics, options.remote);
}

Task<std::optional<Tiers::Hit>> Tiers::find(Context ctx, RenditionKey key) {
  auto near = co_await find_near(ctx, key);
  if (near) co_return near;
  co_return co_await find_far(ctx, key);
}

Task<std::optional<Tiers::Hit>> Tiers::find_near(Context ctx, RenditionKey key) {
  auto near = co_await memory_.get(std::move(ctx), key);
  if (!near) co_return std::nullopt;
  memory_hits_.add();
  co_return Hit{.rendition = std::move(*near), .origin = Origin::memory};
}

Task<std::optional<Tiers::Hit>> Tiers::find_far(Context ctx, RenditionKey key, std::optional<ImageFormat> format) {
  const auto begun = clock_.steady();
  auto far = co_await find_on_disk(ctx, key);
  if (far) {
    disk_hits_.add();
    co_await keep_in_memory(ctx, key, *far, begun);
    co_return Hit{.rendition = std::move(*far), .origin = Origin::disk};
  }
  misses_.add();
  if (!remote_) co_return std::nullopt;
  auto [found, is_first] = co_await remote_->store.look(ctx, key, format);
  (found ? remote_->hits : remote_->misses).add();
  if (!found) co_return std::nullopt;
  if (is_first) {
    co_await keep_in_memory(ctx, key, *found, begun);
    co_await behind_.put(ctx, key, *found, begun);
  }
  co_return Hit{.rendition = std::move(*found), .origin = Origin::remote};
}

Task<std::optional<Rendition>> Tiers::find_in_memory(Context ctx, RenditionKey key) {
  return memory_.get(std::move(ctx), key);
}

Task<std::optional<Rendition>> Tiers::find_on_disk(Context ctx, RenditionKey key) {
  std::optional<Rendition> found;
  try {
    found = co_await disk_.get(ctx, key);
  } catch (const Error& error) {  // a cache that is broken makes pictures slow, not unavailable
    behind_.count_failure();
    telemetry::log(telemetry::Level::warning, "rendition_read_failed",
                   {{"error", error.what()}, {"request_id", ctx.request_id}});
  }
  co_return found;
}

Task<> Tiers::keep_in_memory(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  co_await memory_.put(ctx, key, std::move(rendition));
  // Looked at afterwards: whoever drops the family from here on finds it there.
  if (!drops_->has_been_dropped(calotype::family_of(key), begun)) co_return;
  co_await memory_.remove(ctx, calotype::family_of(key));
}

Task<> Tiers::send(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  if (remote_ && remote_->store.may_try()) co_await remote_->behind.put(ctx, key, std::move(rendition), begun);
}

Task<> Tiers::keep(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  if (drops_->has_been_dropped(calotype::family_of(key), begun)) co_return;
  co_await keep_in_memory(ctx, key, rendition, begun);
  co_await behind_.put(ctx, key, rendition, begun);
  co_await send(ctx, key, std::move(rendition), begun);
}

Task<> Tiers::keep_written(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  if (drops_->has_been_dropped(calotype::family_of(key), begun)) co_return;
  co_await keep_in_memory(ctx, key, rendition, begun);
  co_await behind_.put_now(ctx, key, rendition, begun);
  co_await send(ctx, key, std::move(rendition), begun);
}

std::optional<Origin> Tiers::Census::place_of(const RenditionKey& key) const {
  const auto is_in = [&](const std::vector<Relative>& tier) {
    return std::ranges::any_of(tier, [&](const Relative& one) { return one.key == key; });
  };
  if (is_in(memory)) return Origin::memory;
  if (is_in(disk)) return Origin::disk;
  return is_in(remote) ? std::optional(Origin::remote) : std::nullopt;
}

Task<Tiers::Census> Tiers::count(Context ctx, Family family) {
  Census census;
  census.memory = co_await memory_.relatives(ctx, family, SIZE_MAX);
  census.disk = co_await list_on_disk(ctx, family, SIZE_MAX);
  if (remote_) census.remote = co_await remote_->store.relatives(ctx, family, SIZE_MAX);
  co_return census;
}

Task<std::vector<Relative>> Tiers::list_on_disk(Context ctx, Family family, std::size_t most) {
  std::vector<Relative> found;
  try {
    found = co_await disk_.relatives(ctx, family, most);
  } catch (const Error& error) {  // as in find_on_disk
    behind_.count_failure();
    telemetry::log(telemetry::Level::warning, "renditions_not_listed",
                   {{"error", error.what()}, {"request_id", ctx.request_id}});
  }
  co_return found;
}

Task<std::vector<Relative>> Tiers::relatives(Context ctx, Family family, std::size_t most) {
  auto found = co_await memory_.relatives(ctx, family, most);
  if (found.size() >= most) co_return found;
  const auto on_disk = co_await list_on_disk(ctx, family, most);
  found.insert(found.end(), on_disk.begin(), on_disk.end());
  if (found.empty() && remote_) found = co_await remote_->store.relatives(ctx, family, most);
  co_return found;
}

Task<std::size_t> Tiers::drop(Context ctx, Family family) {
  // From the farthest to the nearest, and noted before each: what is on its way from one tier to a nearer one is either
  // there when that is emptied, or was begun before a note that it is measured by when it has come.
  std::exception_ptr failure;
  std::size_t in_remote = 0;
  drops_->note(family, clock_.steady());
  if (remote_) {
    in_remote = co_await removed(remote_->store, ctx, family, failure);
    drops_->note(family, clock_.steady());
  }
  const auto on_disk = co_await removed(disk_, ctx, family, failure);
  drops_->note(family, clock_.steady());
  const auto in_memory = co_await removed(memory_, ctx, family, failure);
  if (failure) std::rethrow_exception(failure);
  // Most are in all of them.
  co_return std::max({in_memory, on_disk, in_remote});
}

bool Tiers::settle(Milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  const auto left = [until] {
    return std::max(std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now()), Milliseconds(0));
  };
  if (!behind_.settle(limit)) return false;
  return !remote_ || (remote_->behind.settle(left()) && remote_->store.settle(left()));
}

}  // namespace calotype::delivery
