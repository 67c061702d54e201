#include "adapters/workers/keeper.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "adapters/workers/watched.h"
#include "cell/channel.h"
#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::workers {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using telemetry::Level;

/// Where there are more jobs than cores, what is in the cache is served first, then whoever does not crowd; long jobs
/// give way to quick ones.
constexpr int kSwiftNiceness = 3;
constexpr int kSteadyNiceness = 10;
constexpr int kHeavyNiceness = 13;
/// Longer than that of the threads that hand jobs out and take answers: a tick of the kernel would pass else before one
/// of those gets the core that a worker has, 4 ms at 250 Hz.
constexpr std::chrono::microseconds kSwiftSlice{400};
constexpr std::chrono::microseconds kSteadySlice{1'000};
/// What an ending process may take before it is killed, and who has it lent after its end to give it back.
constexpr Milliseconds kDyingTime{500};
/// A worker that dies unasked so soon after its start did not start well.
constexpr Seconds kInfancy{1};

class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

}  // namespace

struct Keeper::Place {
  Place(asio::io_context& io, Pace its_pace) : pace(its_pace), timer(io) {}
  const Pace pace;
  SharedWorker worker;
  asio::steady_timer timer;    ///< that its coroutine waits for
  std::optional<Alarm> dying;  ///< kills a worker that was told to go
};

Keeper::Keeper(asio::io_context& io, const WorkerPoolOptions& options, LaneKind kind, StartGate& gate,
               PoolMetrics& metrics)
    : io_(io),
      options_(options),
      kind_(kind),
      gate_(gate),
      metrics_(metrics),
      lane_(io, options, kind, metrics, [this] { asio::post(io_, [this] { look(); }); }) {}

Keeper::~Keeper() = default;

void Keeper::open() {
  for (std::size_t i = 0; i < workers_of(options_, kind_); ++i) {
    places_.push_back(std::make_unique<Place>(io_, i == 0 ? Pace::swift : Pace::steady));
    asio::co_spawn(io_, keep(*places_.back()), [](const std::exception_ptr& fault) {
      if (fault) std::rethrow_exception(fault);
    });
  }
}

void Keeper::close() {
  is_closing_ = true;
  lane_.close();
  for (const auto& place : places_) {
    if (place->worker) place->worker->process.kill();
    place->timer.cancel();
  }
}

/// After the lane has called.
void Keeper::look() {
  for (const auto& place : places_) {
    const auto worker = place->worker;
    if (worker && lane_.ending_of(*worker) && !place->dying) {
      place->dying.emplace(io_.get_executor(), steady_clock::now() + kDyingTime, [worker] { worker->process.kill(); });
    }
    place->timer.cancel();
  }
}

Task<> Keeper::pause_until(Place& place, SteadyTime when) {
  while (!is_closing_ && steady_clock::now() < when) {
    place.timer.expires_at(when);
    co_await place.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

/// Jobs in the background are seldom and long: each has a worker that starts with it, and whose memory is free till
/// then. Many sites have no heavy jobs at all; who has one has more.
bool Keeper::is_wanted() {
  if (!is_on_demand(options_, kind_)) return true;
  const bool is_one_missing = lane_.waiting() > starting_;
  if (is_one_missing) has_been_wanted_ = true;
  return kind_ == LaneKind::heavy ? has_been_wanted_ : is_one_missing;
}

Task<> Keeper::keep(Place& place) {
  while (!is_closing_) {
    while (!is_wanted() && !is_closing_) {
      place.timer.expires_at(SteadyTime::max());
      co_await place.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_await pause_until(place, gate_.reserve(steady_clock::now()));
    if (is_closing_) break;
    bool is_broken = false;
    try {
      co_await live_once(place);
    } catch (const std::exception& error) {
      telemetry::log(Level::error, "worker_failed", {{"error", error.what()}});
      is_broken = true;
    }
    place.dying.reset();
    if (const auto worker = std::exchange(place.worker, nullptr)) lane_.leave(*worker);
    if (!is_broken) continue;
    gate_.note_failure(steady_clock::now());
    metrics_.count(Ending::start_failed);
  }
}

Scheduling Keeper::scheduling_of(Pace pace) const {
  if (kind_ != LaneKind::light) return {.nice = kHeavyNiceness};
  if (pace == Pace::steady) return {.nice = kSteadyNiceness, .slice = kSteadySlice};
  return {.nice = kSwiftNiceness, .slice = kSwiftSlice};
}

/// From exec to burial.
Task<> Keeper::live_once(Place& place) {
  const ProcessOptions options{
      .binary = options_.binary,
      .memory_bytes = options_.memory_bytes + 2 * options_.output_bytes + options_.original_bytes,
      .takes_test_jobs = options_.takes_test_jobs,
      .takes_documents = kind_ == LaneKind::documents,
      .scheduling = scheduling_of(place.pace)};
  const auto worker = std::make_shared<Worker>(options, place.pace);
  place.worker = worker;
  bool is_ready = false;
  {
    const Counted starting(starting_);
    is_ready = co_await become_ready(worker);
  }
  if (is_ready) {
    gate_.note_success();
    lane_.join(worker);
  } else {
    worker->process.kill();
  }
  const auto how = co_await bury(place, worker);
  auto ending = lane_.ending_of(*worker).value_or(lane_.is_lent(*worker) ? Ending::crashed : Ending::idle_death);
  if (!is_ready) ending = Ending::start_failed;
  if (is_closing_) ending = Ending::stopped;
  const bool is_infant = ending == Ending::idle_death && steady_clock::now() - worker->started < kInfancy;
  if (ending == Ending::start_failed || is_infant) gate_.note_failure(steady_clock::now());
  metrics_.count(ending);
  const bool is_planned = is_recycling(ending) || ending == Ending::stopped;
  telemetry::log(is_planned ? Level::info : Level::warning, "worker_ended",
                 {{"pid", worker->process.id()}, {"reason", name_of(ending)}, {"how", how}, {"jobs", worker->jobs}});
}

Task<bool> Keeper::become_ready(SharedWorker worker) {
  {
    Watched socket(io_.get_executor(), worker->process.socket());
    const Alarm late(io_.get_executor(), steady_clock::now() + options_.start_deadline,
                     [worker] { worker->process.kill(); });
    do {
      co_await socket.readable();
    } while (!is_closing_ && cell::is_silent(worker->process.socket()));
  }
  if (is_closing_) co_return false;
  const auto received = cell::receive_message(worker->process.socket(), 0, cell::Wait::no);
  if (!received) co_return false;
  const auto ready = cell::decode_ready(received->message);
  worker->floor_bytes = ready.address_space;
  worker->first_resident_bytes = worker->process.resident_bytes();
  const auto time = std::chrono::duration_cast<Milliseconds>(steady_clock::now() - worker->started);
  telemetry::log(ready.landlock_abi > 0 ? Level::info : Level::warning, "worker_ready",
                 {{"pid", worker->process.id()},
                  {"lane", name_of(kind_)},
                  {"milliseconds", static_cast<std::int64_t>(time.count())},
                  {"layers", ready.layers},
                  {"landlock_abi", ready.landlock_abi}});
  co_return true;
}

/// Waits until the process has ended and nobody talks to it, and takes it off the system's list. Tells how it ended.
Task<std::string> Keeper::bury(Place& place, SharedWorker worker) {
  Watched death(io_.get_executor(), worker->process.death());
  co_await death.readable();
  lane_.leave(*worker);
  const auto until = steady_clock::now() + kDyingTime;
  while (lane_.is_lent(*worker) && steady_clock::now() < until) {
    place.timer.expires_at(until);
    co_await place.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  for (;;) {
    auto how = worker->process.ending();
    if (how) co_return std::move(*how);
    co_await death.readable();
  }
}

}  // namespace calotype::workers
