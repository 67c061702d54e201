#include "delivery/remote_store.h"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/error.h"
#include "core/event.h"
#include "telemetry/log.h"

namespace calotype::delivery {

/// Written by the task before `ended` is set, and only read afterwards.
template <class T>
struct RemoteStore::Call {
  Event ended;
  std::optional<T> value;
  std::exception_ptr thrown;
};

/// Those who come after the first find his call, until he has it or gives it up.
class RemoteStore::Leading {
 public:
  Leading(std::shared_ptr<Calls> calls, RenditionKey key) : calls_(std::move(calls)), key_(key) {}
  ~Leading() {
    const std::lock_guard lock(calls_->mutex);
    calls_->looks.erase(key_);
  }
  Leading(const Leading&) = delete;
  Leading& operator=(const Leading&) = delete;

 private:
  std::shared_ptr<Calls> calls_;
  RenditionKey key_;
};

namespace {

/// Whether it can be what was asked for. That its bytes are whole is for the store's adapter to see to.
bool is_sound(const Rendition& rendition, std::optional<ImageFormat> format) {
  return rendition.body.size() > 0 && rendition.size.width > 0 && rendition.size.height > 0 && rendition.frames > 0 &&
         rendition.format == format.value_or(rendition.format);
}

}  // namespace

RemoteStore::RemoteStore(RenditionStore& store, const Clock& clock, telemetry::Metrics& metrics, RemoteOptions options)
    : store_(store),
      clock_(clock),
      options_(options),
      gate_(options.failures, options.rest),
      failures_(metrics.counter("calotype_delivery_remote_failures_total",
                                "Calls of the shared store of renditions that failed or took too long.")),
      skipped_(metrics.counter("calotype_delivery_remote_skipped_total",
                               "Calls that were not made, because too many fail or are under way.")),
      rests_(metrics.gauge("calotype_delivery_remote_rests", "1 while the shared store is left alone.")) {}

template <class T>
Task<> RemoteStore::run(std::shared_ptr<Calls> calls, std::shared_ptr<Call<T>> call, Task<T> task) {
  try {
    auto value = co_await std::move(task);
    call->value.emplace(std::move(value));
  } catch (...) {
    call->thrown = std::current_exception();
  }
  call->ended.set();
  const std::lock_guard lock(calls->mutex);
  --calls->count;
  calls->changed.notify_all();
}

template <class T>
Task<T> RemoteStore::within(std::shared_ptr<Call<T>> call, Task<T> task, SteadyTime until) {
  {
    const std::lock_guard lock(calls_->mutex);
    ++calls_->count;
  }
  const auto executor = co_await current_executor();
  boost::asio::co_spawn(executor, run<T>(calls_, call, std::move(task)), boost::asio::detached);
  const bool has_ended = co_await call->ended.wait(until);
  if (!has_ended) throw Error(Fault::timed_out, "ask the shared store of renditions: it takes too long");
  if (call->thrown) std::rethrow_exception(call->thrown);
  co_return *call->value;  // which others may be waiting for
}

bool RemoteStore::may_try() {
  if (gate_.may_try(clock_.steady())) return true;
  skipped_.add();
  return false;
}

bool RemoteStore::may_read() {
  bool has_room = false;
  {
    const std::lock_guard lock(calls_->mutex);
    has_room = calls_->count < options_.reads;
  }
  if (has_room) return may_try();
  skipped_.add();
  return false;
}

void RemoteStore::note(const std::string& request_id, const std::optional<std::string>& failure) {
  if (!failure) {
    if (!gate_.note_success()) return;
    rests_.set(0);
    telemetry::log(telemetry::Level::info, "shared_store_is_back", {});
    return;
  }
  failures_.add();
  if (!gate_.note_failure(clock_.steady())) return;
  rests_.set(1);
  telemetry::log(telemetry::Level::warning, "shared_store_is_left_alone",
                 {{"error", *failure}, {"request_id", request_id}, {"milliseconds", options_.rest.count()}});
}

Task<std::optional<Rendition>> RemoteStore::lead(std::shared_ptr<Look> call, Context ctx, RenditionKey key,
                                                 std::optional<ImageFormat> format) {
  std::optional<Rendition> found;
  std::optional<std::string> failure;
  try {
    found = co_await within(call, store_.get(ctx, key), ctx.deadline);
  } catch (const std::exception& error) {  // a miss, whatever it was
    failure = error.what();
  }
  if (found && !is_sound(*found, format)) {
    failure = "read a rendition from the shared store: it is not what was asked for";
    found.reset();
  }
  note(ctx.request_id, failure);
  co_return found;
}

Task<RemoteStore::Found> RemoteStore::look(Context ctx, RenditionKey key, std::optional<ImageFormat> format) {
  ctx.deadline = std::min(ctx.deadline, std::chrono::steady_clock::now() + options_.read);
  const auto own = std::make_shared<Look>();
  std::shared_ptr<Look> call;
  {
    const std::lock_guard lock(calls_->mutex);
    call = calls_->looks.try_emplace(key, own).first->second;
  }
  if (call == own) {
    const Leading leading(calls_, key);
    if (!may_read()) {
      call->ended.set();
      co_return Found{};
    }
    auto found = co_await lead(call, std::move(ctx), key, format);
    co_return Found{.rendition = std::move(found), .is_first = true};
  }
  // How it went is told by the first.
  Found found;
  const bool has_ended = co_await call->ended.wait(ctx.deadline);
  if (has_ended && call->value) found.rendition = *call->value;
  if (found.rendition && !is_sound(*found.rendition, format)) found.rendition.reset();
  co_return found;
}

Task<std::optional<Rendition>> RemoteStore::get(Context ctx, RenditionKey key) {
  auto found = co_await look(std::move(ctx), key, std::nullopt);
  co_return std::move(found.rendition);
}

Task<std::vector<Relative>> RemoteStore::relatives(Context ctx, Family family, std::size_t most) {
  std::vector<Relative> found;
  if (!may_read()) co_return found;
  ctx.deadline = std::min(ctx.deadline, std::chrono::steady_clock::now() + options_.read);
  std::optional<std::string> failure;
  try {
    const auto call = std::make_shared<Call<std::vector<Relative>>>();
    found = co_await within(call, store_.relatives(ctx, family, most), ctx.deadline);
  } catch (const std::exception& error) {  // as in get()
    failure = error.what();
  }
  note(ctx.request_id, failure);
  std::erase_if(found, [family](const Relative& one) { return family_of(one.key) != family; });
  if (found.size() > most) found.resize(most);
  co_return found;
}

Task<> RemoteStore::put(Context ctx, RenditionKey key, Rendition rendition) {
  std::exception_ptr thrown;
  std::optional<std::string> failure;
  try {
    co_await store_.put(ctx, key, std::move(rendition));
  } catch (const std::exception& error) {
    thrown = std::current_exception();
    failure = error.what();
  }
  note(ctx.request_id, failure);
  if (thrown) std::rethrow_exception(thrown);
}

Task<std::size_t> RemoteStore::remove(Context ctx, Family family) {
  ctx.deadline = std::min(ctx.deadline, std::chrono::steady_clock::now() + options_.drop);
  const auto call = std::make_shared<Call<std::size_t>>();
  co_return co_await within(call, store_.remove(ctx, family), ctx.deadline);
}

bool RemoteStore::settle(Milliseconds limit) {
  std::unique_lock lock(calls_->mutex);
  return calls_->changed.wait_for(lock, limit, [this] { return calls_->count == 0; });
}

}  // namespace calotype::delivery
