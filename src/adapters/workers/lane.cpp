#include "adapters/workers/lane.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>

#include "adapters/workers/alarm.h"
#include "adapters/workers/watched.h"
#include "cell/channel.h"
#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::workers {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// Processor time of a worker's start, generously.
constexpr std::uint64_t kStartCpuSeconds = 30;
/// After so many jobs a worker's memory is looked at even where it says that it never had much.
constexpr int kWeighedEvery = 64;

double seconds(steady_clock::duration time) { return std::chrono::duration<double>(time).count(); }

void wake(const std::shared_ptr<asio::steady_timer>& waker) {
  if (waker) asio::post(waker->get_executor(), [waker] { waker->cancel(); });
}

}  // namespace

/// A worker and the job that it has or is to get. Given back whatever happens; where nobody hears the answer, it is of
/// no more use.
class Lane::Loan {
 public:
  Loan(Lane& from, SharedWorker its_worker, SharedTicket its_ticket)
      : lane(from), worker(std::move(its_worker)), ticket(std::move(its_ticket)) {}
  ~Loan() {
    if (!is_given_back) lane.give_back(*this, Outcome::abandoned, Ending::stopped);
  }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;

  Lane& lane;
  const SharedWorker worker;
  const SharedTicket ticket;
  bool is_given_back = false;
};

/// What others wake a coroutine by that waits for its job. A timer, so that it belongs to its context and goes with it.
class Lane::Waker {
 public:
  Waker(Lane& lane, Ticket& ticket, const Executor& executor)
      : timer(std::make_shared<asio::steady_timer>(executor)), lane_(lane), ticket_(ticket) {
    const std::lock_guard lock(lane_.mutex_);
    ticket_.waker = timer;
  }
  ~Waker() {
    const std::lock_guard lock(lane_.mutex_);
    ticket_.waker.reset();
  }
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  const std::shared_ptr<asio::steady_timer> timer;

 private:
  Lane& lane_;
  Ticket& ticket_;
};

Lane::Lane(asio::io_context& io, const WorkerPoolOptions& options, LaneKind kind, PoolMetrics& metrics,
           std::function<void()> call_keeper)
    : io_(io),
      options_(options),
      kind_(kind),
      pool_metrics_(metrics),
      metrics_(metrics.of(kind)),
      most_(workers_of(options, kind)),
      starts_late_(is_on_demand(options, kind)),
      line_(std::make_shared<WaitingLine>(options.queue_bound, most_, metrics_)),
      call_keeper_(std::move(call_keeper)) {}

// ---- a job's way ----

Task<> Lane::run(SharedTicket ticket) {
  auto loan = enter(ticket);
  if (loan) co_await serve(std::move(loan));
  if (is_done(*ticket)) co_return;
  co_await wait(ticket);
}

/// Gives the worker that has the job already, if there is one.
std::unique_ptr<Lane::Loan> Lane::enter(const SharedTicket& ticket) {
  HandedOut handed_out;
  {
    const std::lock_guard lock(mutex_);
    ticket->queued = steady_clock::now();
    const auto idle = std::ranges::count_if(crew_, [](const auto& one) { return !one->is_lent; });
    const auto admission = is_closing_ ? WaitingLine::Admission{.refusal = Outcome::queue_full}
                                       : line_->push(ticket, static_cast<std::size_t>(idle));
    if (admission.gives_way) finish(*admission.gives_way, Outcome::over_share);
    if (admission.refusal) {
      finish(*ticket, *admission.refusal);
    } else {
      handed_out = hand_out(ticket.get());
    }
  }
  auto own = std::move(handed_out.own);
  see_to(std::move(handed_out));
  return own;
}

bool Lane::is_done(const Ticket& ticket) const {
  const std::lock_guard lock(mutex_);
  return ticket.state == Ticket::State::done;
}

/// Until somebody else has done it, or it has waited for too long.
Task<> Lane::wait(SharedTicket ticket) {
  const auto executor = co_await current_executor();
  const Waker waker(*this, *ticket, executor);
  const std::stop_callback when_all_leave(ticket->departure, [timer = waker.timer] { wake(timer); });
  while (const auto until = waits_until(ticket)) {
    waker.timer->expires_at(*until);
    co_await waker.timer->async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

/// nullopt: it is done.
std::optional<SteadyTime> Lane::waits_until(const SharedTicket& ticket) {
  const std::lock_guard lock(mutex_);
  if (ticket->state == Ticket::State::done) return std::nullopt;
  if (ticket->state == Ticket::State::running) return SteadyTime::max();
  // The first ones of a lane on demand do not wait for others, but for a start.
  const auto start = starts_late_ && !has_had_crew_ ? options_.start_deadline : Milliseconds(0);
  const auto until = std::min(ticket->deadline, ticket->queued + ticket->patience + start);
  const bool is_abandoned = ticket->departure.stop_requested();
  if (!is_abandoned && steady_clock::now() < until) return until;
  line_->erase(ticket);
  const auto late = until == ticket->deadline ? Outcome::timed_out : Outcome::queue_timeout;
  finish(*ticket, is_abandoned ? Outcome::abandoned : late);
  return std::nullopt;
}

/// From the job's sending to its answer. What throws leaves it to the loan.
Task<> Lane::serve(std::unique_ptr<Loan> loan) {
  auto& worker = *loan->worker;
  auto& ticket = *loan->ticket;
  const auto executor = co_await current_executor();
  auto sent = Sent::failed;
  {
    Watched socket(executor, worker.process.socket());
    const Alarm limit(executor, std::min(ticket.deadline, ticket.begun + ticket.limit), [this, held = loan->worker] {
      const std::lock_guard lock(mutex_);
      retire(*held, Ending::killed_for_time);
    });
    co_await socket.readable_after([&] {
      sent = send(worker, ticket);
      return sent == Sent::yes;
    });
    // The reactor may still have had an event for one who watched before.
    while (sent == Sent::yes && cell::is_silent(worker.process.socket())) co_await socket.readable();
  }
  if (sent == Sent::failed) {
    give_back(*loan, Outcome::queue_timeout, std::nullopt);
    co_return;
  }
  if (sent == Sent::worker_is_gone || worker.process.has_died_unread()) {
    give_back(*loan, std::nullopt, Ending::idle_death);
    co_return;
  }
  std::optional<Outcome> outcome;
  try {
    outcome = read_answer(worker, ticket);
  } catch (const Error& error) {
    telemetry::log(telemetry::Level::warning, "worker_answer_refused",
                   {{"error", error.what()}, {"request", ticket.request_id}});
  }
  if (outcome) {
    give_back(*loan, outcome, reason_to_recycle(worker));
  } else {
    give_back_broken(*loan);
  }
}

Lane::Sent Lane::send(Worker& worker, const Ticket& ticket) {
  // It has ended, or speaks unasked: what it says now would be taken for this job's answer.
  if (!cell::is_silent(worker.process.socket())) return Sent::worker_is_gone;
  const auto deadline_seconds = static_cast<std::uint64_t>(seconds(ticket.limit)) + 1;
  worker.process.limit_job(worker.floor_bytes + ticket.address_space_bytes,
                           kStartCpuSeconds + worker.cpu_micros / 1'000'000 + 2 * deadline_seconds);
  try {
    const bool is_there = cell::send_message(worker.process.socket(), ticket.message, ticket.descriptors);
    return is_there ? Sent::yes : Sent::worker_is_gone;
  } catch (const Error& error) {  // the system is short of something
    telemetry::log(telemetry::Level::error, "job_not_sent", {{"error", error.what()}, {"request", ticket.request_id}});
    return Sent::failed;
  }
}

/// nullopt where there is no answer. Throws internal for one that is damaged.
std::optional<Outcome> Lane::read_answer(Worker& worker, Ticket& ticket) {
  auto received = cell::receive_message(worker.process.socket(), 0, cell::Wait::no);
  if (!received) return std::nullopt;
  ticket.answer = cell::decode_answer(received->message);
  const auto& answer = ticket.answer;
  const bool is_rendered = ticket.kind != cell::JobKind::render || !answer.is_ok ||
                           (answer.body_bytes > 0 && answer.body_bytes <= ticket.output_bytes &&
                            answer.size.width > 0 && answer.size.height > 0);
  if (answer.id != ticket.id || !is_rendered) throw Error(Fault::internal, "read a worker's answer: it cannot be true");
  ++worker.jobs;
  worker.cpu_micros += answer.cpu_micros;
  worker.peak_bytes = answer.peak_bytes;
  pool_metrics_.measure(ticket.kind, seconds(steady_clock::now() - ticket.begun),
                        static_cast<double>(answer.cpu_micros) / 1e6, static_cast<double>(answer.peak_bytes));
  return answer.is_ok ? Outcome::ok : Outcome::refused;
}

// ---- workers given and given back ----

/// Without an outcome the job is put back: a dying worker has not even read it, and the next one takes it.
void Lane::give_back(Loan& loan, std::optional<Outcome> outcome, std::optional<Ending> ending) {
  HandedOut handed_out;
  {
    const std::lock_guard lock(mutex_);
    loan.is_given_back = true;
    line_->ended(*loan.ticket);
    loan.worker->is_lent = false;
    metrics_.busy.add(-1);
    if (ending) {
      retire(*loan.worker, *ending);
    } else if (std::ranges::find(crew_, loan.worker) == crew_.end()) {
      call_keeper_();  // it waits for that
    }
    if (outcome || is_closing_) {
      finish(*loan.ticket, outcome.value_or(Outcome::queue_timeout));
    } else {
      put_back(loan.ticket);
    }
    handed_out = hand_out(nullptr);
  }
  see_to(std::move(handed_out));
}

/// Without an answer, or with one that is none.
void Lane::give_back_broken(Loan& loan) {
  const auto& ticket = *loan.ticket;
  auto outcome = Outcome::died;
  {
    const std::lock_guard lock(mutex_);
    const bool is_request_nearer = ticket.deadline < ticket.begun + ticket.limit;
    if (loan.worker->ending == Ending::killed_for_time) {
      outcome = is_request_nearer ? Outcome::timed_out : Outcome::too_slow;
    } else if (is_closing_) {
      outcome = Outcome::queue_timeout;
    }
  }
  give_back(loan, outcome, Ending::crashed);
}

void Lane::see_to(HandedOut handed_out) {
  for (auto& loan : handed_out.others) asio::co_spawn(handed_out.executor, serve(std::move(loan)), asio::detached);
}

/// Each free worker gets a job that it may have. `own` is the ticket of who asks, and sees to it himself.
Lane::HandedOut Lane::hand_out(const Ticket* own) {
  HandedOut handed_out;
  for (const auto& worker : crew_) {
    auto loan = next_for(worker);
    if (!loan) continue;
    if (loan->ticket.get() == own) {
      handed_out.own = std::move(loan);
    } else {
      handed_out.others.push_back(std::move(loan));
    }
  }
  if (!handed_out.others.empty()) {
    handed_out.executor = asio::require(io_.get_executor(), asio::execution::outstanding_work.tracked);
  }
  if (!line_->empty() && crew_.size() < most_) call_keeper_();
  return handed_out;
}

std::unique_ptr<Lane::Loan> Lane::next_for(const SharedWorker& worker) {
  while (!is_closing_ && !worker->is_lent) {
    const auto ticket = line_->pop(steady_clock::now(), worker->pace);
    if (!ticket) break;
    if (begin(*worker, ticket)) return std::make_unique<Loan>(*this, worker, ticket);
    line_->ended(*ticket);
  }
  return nullptr;
}

/// False: it has ended in the queue.
bool Lane::begin(Worker& worker, const SharedTicket& ticket) {
  const auto now = steady_clock::now();
  if (ticket->departure.stop_requested() || ticket->deadline <= now) {
    finish(*ticket, ticket->departure.stop_requested() ? Outcome::abandoned : Outcome::timed_out);
    return false;
  }
  ticket->state = Ticket::State::running;
  ticket->begun = now;
  worker.is_lent = true;
  metrics_.wait_seconds.observe(seconds(now - ticket->queued));
  metrics_.busy.add(1);
  return true;
}

void Lane::put_back(const SharedTicket& ticket) {
  ticket->state = Ticket::State::queued;
  line_->put_back(ticket);
  wake(ticket->waker);
}

void Lane::finish(Ticket& ticket, Outcome outcome) {
  ticket.outcome = outcome;
  ticket.state = Ticket::State::done;
  wake(ticket.waker);
}

/// It is none of the crew from now on, though its process may still be there. The first reason counts.
void Lane::retire(Worker& worker, Ending ending) {
  if (!worker.ending) worker.ending = ending;
  dismiss(worker);
  if (is_recycling(ending)) {
    worker.process.hang_up();
  } else {
    worker.process.kill();
  }
  call_keeper_();
}

std::optional<Ending> Lane::reason_to_recycle(const Worker& worker) const {
  if (worker.jobs >= options_.recycle_jobs) return Ending::recycled_jobs;
  if (steady_clock::now() - worker.started >= options_.recycle_age) return Ending::recycled_age;
  const auto most = worker.first_resident_bytes + options_.recycle_growth_bytes;
  // What it never had it does not have now; but it is foreign bytes' word.
  if (worker.peak_bytes <= most && worker.jobs % kWeighedEvery != 0) return std::nullopt;
  return worker.process.resident_bytes() > most ? std::optional(Ending::recycled_memory) : std::nullopt;
}

// ---- the crew ----

void Lane::join(const SharedWorker& worker) {
  HandedOut handed_out;
  {
    const std::lock_guard lock(mutex_);
    if (is_closing_) return worker->process.kill();
    const auto place = worker->pace == Pace::swift ? crew_.begin() : crew_.end();
    crew_.insert(place, worker);
    has_had_crew_ = true;
    metrics_.up.add(1);
    handed_out = hand_out(nullptr);
  }
  see_to(std::move(handed_out));
}

void Lane::leave(const Worker& worker) {
  const std::lock_guard lock(mutex_);
  dismiss(worker);
}

void Lane::dismiss(const Worker& worker) {
  const auto is_it = [&](const SharedWorker& one) { return one.get() == &worker; };
  if (std::erase_if(crew_, is_it) > 0) metrics_.up.add(-1);
}

bool Lane::is_lent(const Worker& worker) const {
  const std::lock_guard lock(mutex_);
  return worker.is_lent;
}

std::optional<Ending> Lane::ending_of(const Worker& worker) const {
  const std::lock_guard lock(mutex_);
  return worker.ending;
}

void Lane::close() {
  const std::lock_guard lock(mutex_);
  is_closing_ = true;
  while (const auto ticket = line_->pop(SteadyTime::max(), Pace::steady)) {
    line_->ended(*ticket);
    finish(*ticket, Outcome::queue_timeout);
  }
  const auto crew = crew_;
  for (const auto& worker : crew) retire(*worker, Ending::stopped);
}

std::vector<WorkerPool::WorkerState> Lane::states() const {
  const std::lock_guard lock(mutex_);
  std::vector<WorkerPool::WorkerState> now;
  for (const auto& worker : crew_) {
    now.push_back({.process_id = worker->process.id(), .lane = kind_, .is_busy = worker->is_lent});
  }
  return now;
}

}  // namespace calotype::workers
