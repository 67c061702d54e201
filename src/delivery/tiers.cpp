#include "delivery/tiers.h"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>

#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::delivery {

namespace {

constexpr Milliseconds kWriteLimit{10'000};

telemetry::Counter hits(telemetry::Metrics& metrics, const char* tier, const char* result) {
  return metrics.counter("calotype_delivery_cache_requests_total", "Renditions looked for, by the tier that had them.",
                         {{"cache", tier}, {"result", result}});
}

telemetry::Counter stores(telemetry::Metrics& metrics, const char* outcome) {
  return metrics.counter("calotype_delivery_stores_total", "Renditions written to the disk in the background.",
                         {{"outcome", outcome}});
}

}  // namespace

Tiers::Tiers(RenditionStore& memory, RenditionStore& disk, const Clock& clock, telemetry::Metrics& metrics,
             const Options& options)
    : memory_(memory),
      disk_(disk),
      clock_(clock),
      most_(options.pending_stores),
      most_bytes_(options.pending_bytes),
      memory_hits_(hits(metrics, "memory", "hit")),
      disk_hits_(hits(metrics, "disk", "hit")),
      misses_(hits(metrics, "disk", "miss")),
      written_(stores(metrics, "written")),
      dropped_(stores(metrics, "dropped")),
      failed_(stores(metrics, "failed")),
      waiting_(metrics.gauge("calotype_delivery_stores_pending", "Renditions on their way to the disk.")) {}

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

Task<std::optional<Tiers::Hit>> Tiers::find_far(Context ctx, RenditionKey key) {
  const auto begun = clock_.steady();
  auto far = co_await find_on_disk(ctx, key);
  if (!far) {
    misses_.add();
    co_return std::nullopt;
  }
  disk_hits_.add();
  co_await keep_in_memory(ctx, key, *far, begun);
  co_return Hit{.rendition = std::move(*far), .origin = Origin::disk};
}

Task<std::optional<Rendition>> Tiers::find_in_memory(Context ctx, RenditionKey key) {
  return memory_.get(std::move(ctx), key);
}

Task<std::optional<Rendition>> Tiers::find_on_disk(Context ctx, RenditionKey key) {
  std::optional<Rendition> found;
  try {
    found = co_await disk_.get(ctx, key);
  } catch (const Error& error) {  // a cache that is broken makes pictures slow, not unavailable
    failed_.add();
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

Task<> Tiers::keep(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  if (drops_->has_been_dropped(calotype::family_of(key), begun)) co_return;
  co_await keep_in_memory(ctx, key, rendition, begun);

  const auto bytes = static_cast<std::int64_t>(rendition.body.size());
  {
    const std::lock_guard lock(pending_->mutex);
    if (pending_->count >= most_ || pending_->bytes + bytes > most_bytes_) {
      dropped_.add();
      co_return;
    }
    ++pending_->count;
    pending_->bytes += bytes;
    waiting_.set(static_cast<double>(pending_->count));
  }
  ctx.deadline = clock_.steady() + kWriteLimit;
  const auto executor = co_await current_executor();
  auto done = [pending = pending_, bytes, written = written_, failed = failed_, waiting = waiting_,
               id = ctx.request_id](const std::exception_ptr& failure) mutable {
    if (failure) {
      failed.add();
      telemetry::log(telemetry::Level::warning, "rendition_write_failed", {{"request_id", id}});
    } else {
      written.add();
    }
    const std::lock_guard lock(pending->mutex);
    --pending->count;
    pending->bytes -= bytes;
    waiting.set(static_cast<double>(pending->count));
    pending->changed.notify_all();
  };
  auto writing = write(disk_, drops_, std::move(ctx), key, std::move(rendition), begun);
  boost::asio::co_spawn(executor, std::move(writing), std::move(done));
}

Task<> Tiers::keep_written(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  if (drops_->has_been_dropped(calotype::family_of(key), begun)) co_return;
  co_await keep_in_memory(ctx, key, rendition, begun);
  ctx.deadline = clock_.steady() + kWriteLimit;
  try {
    co_await write(disk_, drops_, ctx, key, std::move(rendition), begun);
    written_.add();
  } catch (const Error& error) {  // as in keep(): it was made, and is shown
    failed_.add();
    telemetry::log(telemetry::Level::warning, "rendition_write_failed",
                   {{"error", error.what()}, {"request_id", ctx.request_id}});
  }
}

Task<bool> Tiers::has(Context ctx, RenditionKey key) {
  const auto all = co_await relatives(std::move(ctx), calotype::family_of(key), SIZE_MAX);
  co_return std::ranges::any_of(all, [&](const Relative& one) { return one.key == key; });
}

Task<> Tiers::write(RenditionStore& disk, std::shared_ptr<DropLog> drops, Context ctx, RenditionKey key,
                    Rendition rendition, SteadyTime begun) {
  co_await disk.put(ctx, key, std::move(rendition));
  if (!drops->has_been_dropped(calotype::family_of(key), begun)) co_return;
  co_await disk.remove(ctx, calotype::family_of(key));
}

Task<std::vector<Relative>> Tiers::relatives(Context ctx, Family family, std::size_t most) {
  auto found = co_await memory_.relatives(ctx, family, most);
  if (found.size() >= most) co_return found;
  std::vector<Relative> on_disk;
  try {
    on_disk = co_await disk_.relatives(ctx, family, most);
  } catch (const Error& error) {  // as in find_on_disk
    failed_.add();
    telemetry::log(telemetry::Level::warning, "renditions_not_listed",
                   {{"error", error.what()}, {"request_id", ctx.request_id}});
  }
  found.insert(found.end(), on_disk.begin(), on_disk.end());
  co_return found;
}

Task<std::size_t> Tiers::drop(Context ctx, Family family) {
  drops_->note(family, clock_.steady());
  const auto in_memory = co_await memory_.remove(ctx, family);
  const auto on_disk = co_await disk_.remove(ctx, family);
  // Most are in both.
  co_return std::max(in_memory, on_disk);
}

bool Tiers::settle(Milliseconds limit) {
  std::unique_lock lock(pending_->mutex);
  return pending_->changed.wait_for(lock, limit, [this] { return pending_->count == 0; });
}

}  // namespace calotype::delivery
