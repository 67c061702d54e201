#include "delivery/write_behind.h"

#include <exception>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::delivery {

namespace {

constexpr Milliseconds kWriteLimit{10'000};
/// The answer goes out first, and whoever asks next is not held up: a write takes a core for a tenth of a millisecond.
constexpr Milliseconds kGrace{3};
/// What was dropped while it was written must go, also where the store has a bad moment.
constexpr int kRemovals = 3;
constexpr Milliseconds kPause{500};

telemetry::Counter stores(telemetry::Metrics& metrics, const std::string& prefix, const std::string& where,
                          const char* outcome) {
  return metrics.counter(prefix + "stores_total", fmt::format("Renditions written to {} in the background.", where),
                         {{"outcome", outcome}});
}

std::string text_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown";
  }
}

Task<> take_back(RenditionStore& store, Context ctx, Family family) {
  for (int tries = 1;; ++tries) {
    std::exception_ptr failure;
    ctx.deadline = std::chrono::steady_clock::now() + kWriteLimit;
    try {
      co_await store.remove(ctx, family);
    } catch (...) {
      failure = std::current_exception();
    }
    if (!failure) co_return;
    if (tries == kRemovals) std::rethrow_exception(failure);
    co_await sleep_until(std::chrono::steady_clock::now() + kPause);
  }
}

}  // namespace

WriteBehind::WriteBehind(RenditionStore& store, std::shared_ptr<DropLog> drops, const Clock& clock,
                         telemetry::Metrics& metrics, const std::string& prefix, const std::string& where,
                         Backlog backlog)
    : store_(store),
      drops_(std::move(drops)),
      clock_(clock),
      backlog_(backlog),
      written_(stores(metrics, prefix, where, "written")),
      dropped_(stores(metrics, prefix, where, "dropped")),
      failed_(stores(metrics, prefix, where, "failed")),
      waiting_(metrics.gauge(prefix + "stores_pending", fmt::format("Renditions on their way to {}.", where))) {}

Task<> WriteBehind::put(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  const auto bytes = static_cast<std::int64_t>(rendition.body.size());
  {
    const std::lock_guard lock(pending_->mutex);
    if (pending_->count >= backlog_.most || pending_->bytes + bytes > backlog_.most_bytes) {
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
      telemetry::log(telemetry::Level::warning, "rendition_write_failed",
                     {{"error", text_of(failure)}, {"request_id", id}});
    } else {
      written.add();
    }
    const std::lock_guard lock(pending->mutex);
    --pending->count;
    pending->bytes -= bytes;
    waiting.set(static_cast<double>(pending->count));
    pending->changed.notify_all();
  };
  auto writing = write_soon(store_, drops_, std::move(ctx), key, std::move(rendition), begun);
  boost::asio::co_spawn(executor, std::move(writing), std::move(done));
}

Task<> WriteBehind::write_soon(RenditionStore& store, std::shared_ptr<DropLog> drops, Context ctx, RenditionKey key,
                               Rendition rendition, SteadyTime begun) {
  co_await sleep_until(std::chrono::steady_clock::now() + kGrace);
  co_await write(store, std::move(drops), std::move(ctx), key, std::move(rendition), begun);
}

Task<> WriteBehind::put_now(Context ctx, RenditionKey key, Rendition rendition, SteadyTime begun) {
  ctx.deadline = clock_.steady() + kWriteLimit;
  try {
    co_await write(store_, drops_, ctx, key, std::move(rendition), begun);
    written_.add();
  } catch (const Error& error) {  // as in put(): it was made, and is shown
    failed_.add();
    telemetry::log(telemetry::Level::warning, "rendition_write_failed",
                   {{"error", error.what()}, {"request_id", ctx.request_id}});
  }
}

Task<> WriteBehind::write(RenditionStore& store, std::shared_ptr<DropLog> drops, Context ctx, RenditionKey key,
                          Rendition rendition, SteadyTime begun) {
  std::exception_ptr failure;
  try {
    co_await store.put(ctx, key, std::move(rendition));
  } catch (...) {  // it may be there all the same
    failure = std::current_exception();
  }
  const auto family = calotype::family_of(key);
  if (drops->has_been_dropped(family, begun)) co_await take_back(store, std::move(ctx), family);
  if (failure) std::rethrow_exception(failure);
}

bool WriteBehind::settle(Milliseconds limit) {
  std::unique_lock lock(pending_->mutex);
  return pending_->changed.wait_for(lock, limit, [this] { return pending_->count == 0; });
}

}  // namespace calotype::delivery
