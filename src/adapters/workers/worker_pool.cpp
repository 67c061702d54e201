#include "adapters/workers/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "adapters/workers/keeper.h"
#include "adapters/workers/lane.h"
#include "adapters/workers/pool_metrics.h"
#include "adapters/workers/refusals.h"
#include "cell/memory.h"
#include "cell/plan_codec.h"
#include "core/error.h"
#include "core/scheduling.h"
#include "telemetry/log.h"

namespace calotype::workers {
namespace {

namespace asio = boost::asio;
using cell::JobKind;
using std::chrono::steady_clock;

/// What an encoder may need over the plain pixels: headers, metadata, and a little for pictures that do not compress.
constexpr std::uint64_t kOutputSlack = std::uint64_t{4} << 20U;
/// In microseconds: of a job that the planner gave no price, such as a look at a header.
constexpr std::int64_t kLeastCost = 500;
/// What reading the tables of a document may take.
constexpr std::int64_t kLookingBytes = std::int64_t{256} << 20U;

/// A source as a descriptor that a worker can map; owns the copy, where one was needed.
struct Attached {
  SharedSource source;  ///< null: of a mark that is missing
  Fd copy;
  std::uint64_t bytes = 0;
  int descriptor() const { return copy ? copy.get() : source->descriptor(); }
};

/// All that a worker is given, kept open together.
struct Cargo {
  std::vector<Attached> sources;  ///< original, marks
  Fd output;
};

/// Sources that are files go as they are; others are copied, once, into memory that nobody can change any more.
Task<Attached> attach(Context ctx, SharedSource source) {
  Attached attached{.source = source, .copy = {}, .bytes = source->size()};
  if (source->descriptor() >= 0 || attached.bytes == 0) co_return attached;
  attached.copy = cell::make_memory_file(attached.bytes);
  {
    cell::Mapping memory(attached.copy.get(), attached.bytes, cell::Mapping::Access::write);
    const auto got = co_await source->read_at(ctx, 0, memory.room());
    if (got != attached.bytes) throw Error(Fault::internal, "read an original: it is shorter than it says");
  }
  cell::seal(attached.copy);
  co_return attached;
}

/// Room for the largest file that the plan can make, within `most`.
std::uint64_t output_bound(const Plan& plan, std::uint64_t most) {
  const std::uint64_t depth = plan.output.encoder.bit_depth.value_or(plan.decode.info.bit_depth) > 8 ? 2 : 1;
  const std::uint64_t frames =
      plan.output.is_animated ? static_cast<std::uint64_t>(std::max(plan.decode.frames.count, 1)) : 1;
  const auto pixels = static_cast<std::uint64_t>(std::max<std::int64_t>(plan.result.pixels(), 0));
  if (pixels > most || frames > most / std::max<std::uint64_t>(pixels, 1)) return most;
  const auto plain = pixels * frames * 4 * depth;
  return std::min(most, plain + plain / 16 + kOutputSlack);
}

/// Names a plan for this content: what took too long may be quick by another rule, and done where there is more time.
Digest slow_name(const RenderJob& job) {
  return Digest::of(job.content.hex() + (job.at_leisure ? "at leisure" : "") + cell::encode_plan(job.plan));
}

/// A worker's words, made harmless for logs and answers.
std::string tame(const std::string& text) {
  std::string tamed;
  for (const char c : text.substr(0, 300)) tamed += c >= ' ' && c <= '~' ? c : '?';
  return tamed;
}

Error as_error(const cell::Answer& answer) {
  const bool is_code = std::all_of(answer.code.begin(), answer.code.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return {answer.fault, tame(answer.message), is_code ? answer.code : std::string()};
}

Error known_bad() {
  return {Fault::unprocessable,
          "handle a picture: it has stopped the decoder twice, and is not tried again for a while", "decoder-failed"};
}

Error abandoned() { return {Fault::unavailable, "handle a picture: nobody waits for it any more", kAbandoned}; }

/// Of a job that was not let in.
Error refused_with(Outcome outcome) {
  if (outcome != Outcome::over_share) return {Fault::unavailable, "handle a picture: too many wait for a worker"};
  return {Fault::throttled, "handle a picture: too many of the same tenant wait for a worker", "too-many-waiting"};
}

}  // namespace

/// Lives until the last task has ended that it has begun.
class WorkerPool::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(WorkerPoolOptions options, telemetry::Metrics& metrics)
      : options_(std::move(options)),
        metrics_(metrics),
        refusals_(options_.refusal_time),
        gate_(options_.first_pause),
        light_(io_, options_, LaneKind::light, gate_, metrics_),
        heavy_(io_, options_, LaneKind::heavy, gate_, metrics_),
        documents_(io_, options_, LaneKind::documents, gate_, metrics_),
        background_(io_, options_, LaneKind::background, gate_, metrics_),
        work_(io_.get_executor()),
        thread_([this] {
          schedule(0, {.slice = kPromptSlice});
          io_.run();
        }) {
    // Processes are started by the pool's thread: they die with the thread that started them.
    asio::post(io_, [this] {
      light_.open();
      heavy_.open();
      if (takes_documents()) documents_.open();
      if (options_.background_workers > 0) background_.open();
    });
  }

  /// Returns when all processes are gone.
  void close() {
    asio::post(io_, [this] {
      light_.close();
      heavy_.close();
      documents_.close();
      background_.close();
      work_.reset();
    });
    thread_.join();
  }
  ~Core() = default;
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  struct Order {
    JobKind kind = JobKind::probe;
    RenderJob job;
    bool is_named = true;  ///< what its content is called is known: it can be remembered
    std::uint64_t output_bytes = 0;
  };
  struct Result {
    cell::Answer answer;
    std::shared_ptr<const Cargo> cargo;
  };

  /// The whole way of one job: attach, queue, wait, translate.
  Task<Result> perform(Context ctx, Order order);

  Admission admit(TenantId tenant, const Plan& plan);

  bool takes_documents() const { return options_.document_workers > 0; }
  std::uint64_t output_bytes(const Plan& plan) const { return output_bound(plan, options_.output_bytes); }
  std::vector<WorkerState> states() const {
    auto states = light_.lane().states();
    for (const Keeper* keeper : {&heavy_, &documents_, &background_}) {
      const auto more = keeper->lane().states();
      states.insert(states.end(), more.begin(), more.end());
    }
    return states;
  }

 private:
  std::shared_ptr<Ticket> make_ticket(const Context& ctx, const Order& order, std::shared_ptr<const Cargo> cargo);
  void refuse_known_bad(const Order& order);
  Lane& lane_of(const Plan& plan);
  Lane& lane_of(const Order& order);
  void require_success(const Order& order, const Ticket& ticket);

  const WorkerPoolOptions options_;
  PoolMetrics metrics_;
  Refusals refusals_;
  std::atomic<std::uint64_t> next_job_{1};
  asio::io_context io_{1};
  StartGate gate_;
  Keeper light_;
  Keeper heavy_;
  Keeper documents_;
  Keeper background_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

void WorkerPool::Core::refuse_known_bad(const Order& order) {
  if (!order.is_named) return;
  const auto now = steady_clock::now();
  if (!refusals_.is_refused(order.job.content, now) && !refusals_.is_refused(slow_name(order.job), now)) {
    return;
  }
  metrics_.count(order.kind, Outcome::known_bad);
  throw known_bad();
}

std::shared_ptr<Ticket> WorkerPool::Core::make_ticket(const Context& ctx, const Order& order,
                                                      std::shared_ptr<const Cargo> cargo) {
  const auto& sources = cargo->sources;
  cell::Job job{.id = next_job_.fetch_add(1),
                .kind = order.kind,
                .output_bytes = order.output_bytes,
                .mark_infos = order.job.mark_infos,
                .plan = order.job.plan};
  auto ticket = std::make_shared<Ticket>(order.kind);
  job.original_bytes = sources.front().bytes;
  if (job.original_bytes > 0) ticket->descriptors.push_back(sources.front().descriptor());
  if (cargo->output) ticket->descriptors.push_back(cargo->output.get());
  std::uint64_t mapped = job.original_bytes + job.output_bytes;
  for (std::size_t i = 1; i < sources.size(); ++i) {
    if (!sources[i].source) {
      job.mark_bytes.push_back(0);
      continue;
    }
    if (sources[i].bytes == 0) throw Error(Fault::unprocessable, "lay a watermark: its file is empty", "image-damaged");
    job.mark_bytes.push_back(sources[i].bytes);
    ticket->descriptors.push_back(sources[i].descriptor());
    mapped += sources[i].bytes;
  }
  ticket->id = job.id;
  ticket->message = cell::encode(job);
  if (ticket->message.size() > cell::kMaxMessage) {
    throw Error(Fault::unprocessable, fmt::format("hand a plan of {} bytes to a worker: at most {}",
                                                  ticket->message.size(), cell::kMaxMessage));
  }
  const auto budget = static_cast<std::uint64_t>(std::max<std::int64_t>(order.job.plan.budget.memory_bytes, 0));
  ticket->address_space_bytes = std::min(budget, options_.memory_bytes) + mapped;
  ticket->output_bytes = job.output_bytes;
  ticket->deadline = ctx.deadline;
  ticket->departure = ctx.departure;
  ticket->patience = order.job.at_leisure.value_or(options_.queue_wait);
  ticket->limit = order.job.at_leisure.value_or(options_.job_deadline);
  ticket->tenant = order.job.tenant;
  ticket->place = std::dynamic_pointer_cast<KeptPlace>(order.job.room);
  ticket->cost = static_cast<double>(std::max<std::int64_t>(order.job.plan.budget.cost, kLeastCost));
  ticket->request_id = ctx.request_id;
  ticket->cargo = std::move(cargo);
  return ticket;
}

void WorkerPool::Core::require_success(const Order& order, const Ticket& ticket) {
  metrics_.count(order.kind, ticket.outcome);
  const auto now = steady_clock::now();
  switch (ticket.outcome) {
    case Outcome::ok: return;
    case Outcome::refused: throw as_error(ticket.answer);
    case Outcome::died:
      if (order.is_named) refusals_.note_kill(order.job.content, now);
      telemetry::log(telemetry::Level::warning, "job_killed_worker",
                     {{"request", ticket.request_id}, {"content", order.job.content.hex()}});
      throw Error(Fault::unprocessable, "handle a picture: the decoder stopped on it", "decoder-failed");
    case Outcome::too_slow:
      if (order.is_named) refusals_.note_kill(slow_name(order.job), now);
      throw Error(Fault::unprocessable, fmt::format("handle a picture: not done after {} ms", ticket.limit.count()),
                  "too-slow");
    case Outcome::timed_out: throw Error(Fault::timed_out, "handle a picture: the request's deadline passed");
    case Outcome::queue_full:
    case Outcome::over_share: throw refused_with(ticket.outcome);
    case Outcome::queue_timeout: throw Error(Fault::unavailable, "handle a picture: no worker came free in time");
    case Outcome::known_bad: throw known_bad();
    case Outcome::abandoned: throw abandoned();
  }
}

Lane& WorkerPool::Core::lane_of(const Order& order) {
  if (order.kind == JobKind::probe) return light_.lane();
  const bool is_aside = order.job.at_leisure && options_.background_workers > 0;
  if (is_aside && !is_document(order.job.plan.decode.info.format)) return background_.lane();
  return lane_of(order.job.plan);
}

Lane& WorkerPool::Core::lane_of(const Plan& plan) {
  if (is_document(plan.decode.info.format)) {
    if (!takes_documents()) throw Error(Fault::unsupported, "handle a document: they are switched off", "document");
    return documents_.lane();
  }
  return (plan.budget.is_heavy ? heavy_ : light_).lane();
}

ImageEngine::Admission WorkerPool::Core::admit(TenantId tenant, const Plan& plan) {
  auto kept = lane_of(plan).keep_place(tenant);
  if (!kept.refusal) return {.room = std::move(kept.place)};
  metrics_.count(plan.is_measuring() ? JobKind::measure : JobKind::render, *kept.refusal);
  return {.refusal = refused_with(*kept.refusal)};
}

Task<WorkerPool::Core::Result> WorkerPool::Core::perform(Context ctx, Order order) {
  const auto self = shared_from_this();
  refuse_known_bad(order);
  if (order.job.marks.size() > cell::kMaxMarks || order.job.marks.size() != order.job.mark_infos.size()) {
    throw Error(Fault::unprocessable,
                fmt::format("hand {} watermarks to a worker: at most {}", order.job.marks.size(), cell::kMaxMarks));
  }
  if (ctx.is_abandoned()) {
    metrics_.count(order.kind, Outcome::abandoned);
    throw abandoned();
  }
  const auto cargo = std::make_shared<Cargo>();
  auto original = co_await attach(ctx, order.job.original);
  cargo->sources.push_back(std::move(original));
  for (const auto& mark : order.job.marks) {
    if (!mark) {
      cargo->sources.emplace_back();
      continue;
    }
    auto attached = co_await attach(ctx, mark);
    cargo->sources.push_back(std::move(attached));
  }
  if (order.output_bytes > 0) cargo->output = cell::make_memory_file(order.output_bytes);
  const auto ticket = make_ticket(ctx, order, cargo);
  co_await lane_of(order).run(ticket);
  require_success(order, *ticket);
  co_return Result{.answer = std::move(ticket->answer), .cargo = cargo};
}

std::size_t workers_of(const WorkerPoolOptions& options, LaneKind kind) {
  auto workers = options.heavy_workers;
  if (kind == LaneKind::light) workers = options.light_workers;
  if (kind == LaneKind::documents) workers = options.document_workers;
  if (kind == LaneKind::background) workers = options.background_workers;
  return std::max<std::size_t>(workers, 1);
}

bool is_on_demand(const WorkerPoolOptions& options, LaneKind kind) {
  return kind == LaneKind::background || (kind == LaneKind::heavy && !options.heavy_from_start);
}

WorkerPool::WorkerPool(WorkerPoolOptions options, telemetry::Metrics& metrics)
    : core_(std::make_shared<Core>(std::move(options), metrics)) {}

WorkerPool::~WorkerPool() { core_->close(); }

Task<ImageInfo> WorkerPool::probe(Context ctx, SharedSource original) {
  Core::Order order{.kind = JobKind::probe, .job = {}, .is_named = false, .output_bytes = 0};
  order.job.original = original;
  try {
    const auto result = co_await core_->perform(ctx, std::move(order));
    co_return result.answer.info;
  } catch (const Error& error) {
    if (error.code() != "document" || !core_->takes_documents()) throw;
  }
  co_return co_await look_at(std::move(ctx), {.original = std::move(original)});
}

Task<ImageInfo> WorkerPool::look_at(Context ctx, PageJob page) {
  Core::Order order{.kind = JobKind::page, .job = {}, .is_named = page.content.has_value(), .output_bytes = 0};
  order.job.content = page.content.value_or(ContentHash());
  order.job.original = std::move(page.original);
  order.job.plan.decode.info.format = ImageFormat::pdf;
  order.job.plan.decode.frames.first = page.page - 1;
  order.job.plan.decode.density = page.density;
  order.job.plan.budget.memory_bytes = kLookingBytes;
  const auto result = co_await core_->perform(std::move(ctx), std::move(order));
  co_return result.answer.info;
}

ImageEngine::Admission WorkerPool::admit(TenantId tenant, const Plan& plan) { return core_->admit(tenant, plan); }

Task<Rendition> WorkerPool::render(Context ctx, RenderJob job) {
  const auto format = job.plan.output.format;
  Core::Order order{.kind = JobKind::render, .job = std::move(job), .output_bytes = 0};
  order.output_bytes = core_->output_bytes(order.job.plan);
  const auto result = co_await core_->perform(std::move(ctx), std::move(order));
  // Copied out: the worker could still change what it shares with us.
  auto body = cell::copy_of(result.cargo->output, result.answer.body_bytes);
  co_return Rendition{.body = Bytes::from(std::move(body)),
                      .format = format,
                      .size = result.answer.size,
                      .frames = result.answer.frames};
}

Task<Measured> WorkerPool::measure(Context ctx, RenderJob job) {
  Core::Order order{.kind = JobKind::measure, .job = std::move(job), .output_bytes = 0};
  const auto result = co_await core_->perform(std::move(ctx), std::move(order));
  co_return Measured{.kept = result.answer.kept};
}

bool WorkerPool::is_ready() const {
  const auto states = core_->states();
  return std::ranges::any_of(
      states, [](const auto& state) { return state.lane == LaneKind::light || state.lane == LaneKind::heavy; });
}

std::vector<WorkerPool::WorkerState> WorkerPool::workers() const { return core_->states(); }

}  // namespace calotype::workers
