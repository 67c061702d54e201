#include "adapters/workers/lane.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/workers/worker_process.h"
#include "cell/channel.h"
#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::workers {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using telemetry::Level;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr Milliseconds kLongestPause{30'000};
/// Where there are more jobs than cores, what is in the cache is served first, then whoever does not crowd; long jobs
/// give way to quick ones.
constexpr int kSwiftNiceness = 3;
constexpr int kSteadyNiceness = 10;
constexpr int kHeavyNiceness = 13;
/// Longer than that of the threads that hand jobs out and take answers: a tick of the kernel would pass else before one
/// of those gets the core that a worker has, 4 ms at 250 Hz.
constexpr std::chrono::microseconds kSwiftSlice{400};
constexpr std::chrono::microseconds kSteadySlice{1'000};
/// What an ending process may take before it is killed.
constexpr Milliseconds kDyingTime{500};
/// A worker that dies unasked so soon after its start did not start well.
constexpr Seconds kInfancy{1};
/// Processor time of a worker's start, generously.
constexpr std::uint64_t kStartCpuSeconds = 30;

double seconds(steady_clock::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

// ---- starts that fail ----

Milliseconds StartGate::pause() const {
  Milliseconds pause = first_;
  for (int i = 1; i < failures_ && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, std::max(kLongestPause, first_));
}

SteadyTime StartGate::reserve(SteadyTime now) {
  if (failures_ == 0) return now;
  const auto at = std::max(now, next_);
  next_ = at + pause();
  return at;
}

void StartGate::note_failure(SteadyTime now) {
  ++failures_;
  next_ = std::max(next_, now + pause());
}

// ---- one worker, and its place ----

/// A process with what the pool's thread waits for. Shared with timers' handlers, which may run once after they were
/// cancelled.
struct Lane::Worker {
  Worker(asio::io_context& io, const ProcessOptions& options)
      : process(options), socket(io, process.socket()), death(io, process.death()), limit(io) {}
  ~Worker() {
    // The process owns the descriptors.
    if (socket.is_open()) socket.release();
    if (death.is_open()) death.release();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  WorkerProcess process;
  asio::posix::stream_descriptor socket;
  asio::posix::stream_descriptor death;
  asio::steady_timer limit;
  int limit_round = 0;
  bool is_past_limit = false;
  SteadyTime started = steady_clock::now();
  std::uint64_t floor_bytes = 0;
  std::uint64_t first_resident_bytes = 0;
  std::uint64_t cpu_micros = 0;
  int jobs = 0;
  int jobs_weighed = 0;  ///< after which its memory was looked at last
};

struct Lane::Place {
  Place(asio::io_context& io, Pace its_pace) : pace(its_pace), pause(io) {}
  const Pace pace;
  std::shared_ptr<Worker> worker;
  bool is_asleep = false;  ///< has no worker, for there was no job for it
  bool is_up = false;
  bool is_idle = false;  ///< waits for a job and has not been woken
  bool is_busy = false;
  asio::steady_timer pause;
};

namespace {

/// Kills the worker at that instant unless disarm() comes first.
void arm(const auto& worker, SteadyTime when) {
  worker->is_past_limit = false;
  worker->limit.expires_at(when);
  worker->limit.async_wait([worker, round = ++worker->limit_round](const boost::system::error_code& fault) {
    if (fault || round != worker->limit_round) return;
    worker->is_past_limit = true;
    worker->process.kill();
  });
}

void disarm(const auto& worker) {
  ++worker->limit_round;
  worker->limit.cancel();
}

std::size_t workers_of(const WorkerPoolOptions& options, LaneKind kind) {
  if (kind == LaneKind::documents) return options.document_workers;
  return kind == LaneKind::heavy ? options.heavy_workers : options.light_workers;
}

/// Tells the line when a worker is done with what it gave, also where that fails.
class Serving {
 public:
  Serving(WaitingLine& line, const Ticket& ticket) : line_(line), ticket_(ticket) {}
  ~Serving() { line_.ended(ticket_); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 private:
  WaitingLine& line_;
  const Ticket& ticket_;
};

}  // namespace

// ---- the lane ----

Lane::Lane(asio::io_context& io, const WorkerPoolOptions& options, LaneKind kind, StartGate& gate, PoolMetrics& metrics)
    : io_(io),
      options_(options),
      kind_(kind),
      gate_(gate),
      pool_metrics_(metrics),
      metrics_(metrics.of(kind)),
      line_(std::make_shared<WaitingLine>(options.queue_bound, workers_of(options, kind), metrics_)) {}

Lane::~Lane() = default;

void Lane::open(std::size_t workers) {
  for (std::size_t i = 0; i < std::max<std::size_t>(workers, 1); ++i) {
    places_.push_back(std::make_unique<Place>(io_, i == 0 ? Pace::swift : Pace::steady));
    asio::co_spawn(io_, keep(*places_.back()), [](const std::exception_ptr& fault) {
      if (fault) std::rethrow_exception(fault);
    });
  }
}

void Lane::close() {
  is_closing_ = true;
  while (const auto ticket = line_->pop(SteadyTime::max(), Pace::steady)) finish(*ticket, Outcome::queue_timeout);
  for (const auto& place : places_) {
    place->pause.cancel();
    if (!place->worker) continue;
    place->worker->process.kill();
    place->worker->socket.cancel();
  }
}

Task<> Lane::run(std::shared_ptr<Ticket> ticket) {
  // A client that hangs up does not stop a job that has begun: it ends in the cache, and is bounded by its deadline.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  const auto now = steady_clock::now();
  const auto idle = std::count_if(places_.begin(), places_.end(), [](const auto& place) { return place->is_idle; });
  ticket->queued = now;
  const auto admission = is_closing_ ? WaitingLine::Admission{.refusal = Outcome::queue_full}
                                     : line_->push(ticket, static_cast<std::size_t>(idle));
  if (admission.refusal) {
    ticket->outcome = *admission.refusal;
    co_return;
  }
  if (admission.gives_way) finish(*admission.gives_way, Outcome::over_share);
  wake_one();

  const std::stop_callback when_all_leave(ticket->departure,
                                          [this, ticket] { asio::post(io_, [ticket] { ticket->changed.cancel(); }); });
  const auto until = std::min(ticket->deadline, now + ticket->patience);
  while (ticket->state != Ticket::State::done) {
    const bool is_queued = ticket->state == Ticket::State::queued;
    if (is_queued && ticket->departure.stop_requested()) {
      line_->erase(ticket);
      ticket->outcome = Outcome::abandoned;
      break;
    }
    if (is_queued && steady_clock::now() >= until) {
      line_->erase(ticket);
      ticket->outcome = until == ticket->deadline ? Outcome::timed_out : Outcome::queue_timeout;
      break;
    }
    ticket->changed.expires_at(is_queued ? until : SteadyTime::max());
    co_await ticket->changed.async_wait(kTuple);
  }
}

/// Puts a job back that a dying worker has not even read: it is not to blame, and the next worker takes it.
void Lane::put_back(const std::shared_ptr<Ticket>& ticket) {
  ticket->state = Ticket::State::queued;
  ticket->changed.cancel();
  line_->put_back(ticket);
  wake_one();
}

void Lane::wake_one() {
  for (const auto& place : places_) {
    if (!place->is_idle) continue;
    place->is_idle = false;
    place->worker->socket.cancel();
    return;
  }
  const auto sleeper = std::ranges::find_if(places_, [](const auto& place) { return place->is_asleep; });
  if (sleeper != places_.end()) (*sleeper)->pause.cancel();
}

void Lane::finish(Ticket& ticket, Outcome outcome) {
  ticket.outcome = outcome;
  ticket.state = Ticket::State::done;
  ticket.changed.cancel();
}

Task<> Lane::keep(Place& place) {
  while (!is_closing_) {
    // Jobs in the background are seldom and long: their worker starts with the first, and its memory is free till then.
    while (kind_ == LaneKind::background && line_->empty() && !is_closing_) {
      place.is_asleep = true;
      place.pause.expires_at(SteadyTime::max());
      co_await place.pause.async_wait(kTuple);
      place.is_asleep = false;
    }
    place.pause.expires_at(gate_.reserve(steady_clock::now()));
    co_await place.pause.async_wait(kTuple);
    if (is_closing_) break;
    bool is_broken = false;
    try {
      co_await live_once(place);
    } catch (const std::exception& error) {
      telemetry::log(Level::error, "worker_failed", {{"error", error.what()}});
      is_broken = true;
    }
    if (!is_broken) continue;
    gate_.note_failure(steady_clock::now());
    pool_metrics_.count(Ending::start_failed);
    if (place.is_up) metrics_.up.add(-1);
    place.worker.reset();
    place.is_up = place.is_idle = place.is_busy = false;
    publish_states();
  }
}

Scheduling Lane::scheduling_of(Pace pace) const {
  if (kind_ != LaneKind::light) return {.nice = kHeavyNiceness};
  if (pace == Pace::steady) return {.nice = kSteadyNiceness, .slice = kSteadySlice};
  return {.nice = kSwiftNiceness, .slice = kSwiftSlice};
}

/// From exec to burial.
Task<> Lane::live_once(Place& place) {
  const ProcessOptions options{
      .binary = options_.binary,
      .memory_bytes = options_.memory_bytes + 2 * options_.output_bytes + options_.original_bytes,
      .takes_test_jobs = options_.takes_test_jobs,
      .takes_documents = kind_ == LaneKind::documents,
      .scheduling = scheduling_of(place.pace)};
  const auto worker = std::make_shared<Worker>(io_, options);
  place.worker = worker;
  const bool is_ready = co_await become_ready(place, worker);
  if (!is_ready) {
    if (!is_closing_) gate_.note_failure(steady_clock::now());
    co_await bury(place, worker, is_closing_ ? Ending::stopped : Ending::start_failed);
    co_return;
  }
  const auto ending = co_await serve(place, worker);
  const bool is_infant = ending == Ending::idle_death && steady_clock::now() - worker->started < kInfancy;
  if (is_infant) gate_.note_failure(steady_clock::now());
  co_await bury(place, worker, ending);
}

Task<bool> Lane::become_ready(Place& place, std::shared_ptr<Worker> worker) {
  arm(worker, steady_clock::now() + options_.start_deadline);
  co_await worker->socket.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
  disarm(worker);
  if (is_closing_) co_return false;
  const auto received = cell::receive_message(worker->process.socket(), 0, cell::Wait::no);
  if (!received) co_return false;
  const auto ready = cell::decode_ready(received->message);
  worker->floor_bytes = ready.address_space;
  worker->first_resident_bytes = worker->process.resident_bytes();
  gate_.note_success();
  place.is_up = true;
  metrics_.up.add(1);
  publish_states();
  telemetry::log(ready.landlock_abi > 0 ? Level::info : Level::warning, "worker_ready",
                 {{"pid", worker->process.id()},
                  {"lane", name_of(kind_)},
                  {"milliseconds", static_cast<std::int64_t>(seconds(steady_clock::now() - worker->started) * 1000)},
                  {"layers", ready.layers},
                  {"landlock_abi", ready.landlock_abi}});
  co_return true;
}

Task<Ending> Lane::serve(Place& place, std::shared_ptr<Worker> worker) {
  for (;;) {
    if (is_closing_) co_return Ending::stopped;
    if (const auto reason = reason_to_recycle(*worker)) co_return *reason;
    const auto ticket = line_->pop(steady_clock::now(), place.pace);
    if (!ticket) {
      // Woken for a job that this worker is not for: a steady one may be.
      if (place.pace == Pace::swift && !line_->empty()) wake_one();
      place.is_idle = true;
      const auto [fault] = co_await worker->socket.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
      place.is_idle = false;
      if (!fault && !is_closing_) co_return Ending::idle_death;  // it has ended, or speaks unasked
      continue;
    }
    const Serving serving(*line_, *ticket);
    const bool is_alive = co_await perform(place, worker, ticket);
    if (is_alive) continue;
    if (is_closing_) co_return Ending::stopped;
    if (ticket->state == Ticket::State::queued) co_return Ending::idle_death;
    co_return worker->is_past_limit ? Ending::killed_for_time : Ending::crashed;
  }
}

/// Sends one job and waits for its answer. False: the worker is of no more use.
Task<bool> Lane::perform(Place& place, std::shared_ptr<Worker> worker, std::shared_ptr<Ticket> ticket) {
  const auto began = steady_clock::now();
  if (ticket->departure.stop_requested() || ticket->deadline <= began) {
    finish(*ticket, ticket->departure.stop_requested() ? Outcome::abandoned : Outcome::timed_out);
    co_return true;
  }
  const auto deadline_seconds = static_cast<std::uint64_t>(seconds(ticket->limit)) + 1;
  worker->process.limit_job(worker->floor_bytes + ticket->address_space_bytes,
                            kStartCpuSeconds + worker->cpu_micros / 1'000'000 + 2 * deadline_seconds);
  if (!cell::send_message(worker->process.socket(), ticket->message, ticket->descriptors)) {
    put_back(ticket);
    co_return false;
  }
  ticket->state = Ticket::State::running;
  ticket->changed.cancel();
  metrics_.wait_seconds.observe(seconds(began - ticket->queued));
  place.is_busy = true;
  metrics_.busy.add(1);
  publish_states();

  const bool is_request_nearer = ticket->deadline < began + ticket->limit;
  arm(worker, std::min(ticket->deadline, began + ticket->limit));
  co_await worker->socket.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
  disarm(worker);
  place.is_busy = false;
  metrics_.busy.add(-1);
  publish_states();

  if (!is_closing_ && worker->process.has_died_unread()) {
    put_back(ticket);
    co_return false;
  }
  try {
    take_answer(*worker, *ticket, began);
  } catch (const Error& error) {
    ticket->ending = error.what();
  }
  if (ticket->state == Ticket::State::done) co_return true;
  worker->process.kill();
  if (worker->is_past_limit) {
    finish(*ticket, is_request_nearer ? Outcome::timed_out : Outcome::too_slow);
  } else {
    finish(*ticket, is_closing_ ? Outcome::queue_timeout : Outcome::died);
  }
  co_return false;
}

/// Finishes the ticket if there is an answer to believe. Throws internal for one that is damaged.
void Lane::take_answer(Worker& worker, Ticket& ticket, SteadyTime began) {
  auto received = cell::receive_message(worker.process.socket(), 0, cell::Wait::no);
  if (!received) return;
  ticket.answer = cell::decode_answer(received->message);
  const auto& answer = ticket.answer;
  const bool is_rendered = ticket.kind != cell::JobKind::render || !answer.is_ok ||
                           (answer.body_bytes > 0 && answer.body_bytes <= ticket.output_bytes &&
                            answer.size.width > 0 && answer.size.height > 0);
  if (answer.id != ticket.id || !is_rendered) throw Error(Fault::internal, "read a worker's answer: it cannot be true");
  ++worker.jobs;
  worker.cpu_micros += answer.cpu_micros;
  pool_metrics_.measure(ticket.kind, seconds(steady_clock::now() - began), static_cast<double>(answer.cpu_micros) / 1e6,
                        static_cast<double>(answer.peak_bytes));
  finish(ticket, answer.is_ok ? Outcome::ok : Outcome::refused);
}

std::optional<Ending> Lane::reason_to_recycle(Worker& worker) const {
  if (worker.jobs == 0) return std::nullopt;
  if (worker.jobs >= options_.recycle_jobs) return Ending::recycled_jobs;
  if (steady_clock::now() - worker.started >= options_.recycle_age) return Ending::recycled_age;
  if (std::exchange(worker.jobs_weighed, worker.jobs) == worker.jobs) return std::nullopt;
  const auto resident = worker.process.resident_bytes();
  if (resident > worker.first_resident_bytes + options_.recycle_growth_bytes) return Ending::recycled_memory;
  return std::nullopt;
}

/// Waits until the process is gone; one that was not told to go, or does not, is killed.
Task<> Lane::bury(Place& place, std::shared_ptr<Worker> worker, Ending ending) {
  if (place.is_up) metrics_.up.add(-1);
  place.is_up = place.is_idle = place.is_busy = false;
  publish_states();
  const bool is_recycled =
      ending == Ending::recycled_jobs || ending == Ending::recycled_age || ending == Ending::recycled_memory;
  if (is_recycled) worker->process.hang_up();
  arm(worker, steady_clock::now() + kDyingTime);
  auto how = worker->process.ending();
  while (!how) {
    co_await worker->death.async_wait(asio::posix::stream_descriptor::wait_read, kTuple);
    how = worker->process.ending();
  }
  disarm(worker);
  place.worker.reset();
  pool_metrics_.count(ending);
  const bool is_planned = is_recycled || ending == Ending::stopped;
  telemetry::log(is_planned ? Level::info : Level::warning, "worker_ended",
                 {{"pid", worker->process.id()}, {"reason", name_of(ending)}, {"how", *how}, {"jobs", worker->jobs}});
}

void Lane::publish_states() {
  std::vector<WorkerPool::WorkerState> now;
  for (const auto& place : places_) {
    if (!place->is_up || !place->worker) continue;
    now.push_back({.process_id = place->worker->process.id(), .lane = kind_, .is_busy = place->is_busy});
  }
  const std::lock_guard lock(mutex_);
  states_ = std::move(now);
}

std::vector<WorkerPool::WorkerState> Lane::states() const {
  const std::lock_guard lock(mutex_);
  return states_;
}

}  // namespace calotype::workers
