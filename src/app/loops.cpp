#include "app/loops.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>

#include "lifecycle/chores.h"
#include "lifecycle/prewarming.h"
#include "lifecycle/purging.h"
#include "objects/objects.h"
#include "telemetry/log.h"

namespace calotype::app {

namespace {

constexpr Seconds kAfterFailure{60};

lifecycle::Terms terms_of(const Config& config) {
  lifecycle::Terms terms;
  terms.recoverable = objects::kRecoverable;
  terms.aliases = tenants::kAliasKept;
  terms.uploads = Seconds(config.abandoned_seconds);
  terms.events = Seconds(config.event_days * 86'400);
  terms.orphans = Seconds(config.orphan_seconds);
  terms.every = Seconds(config.lifecycle_seconds);
  terms.sweep_every = Seconds(config.sweep_seconds);
  return terms;
}

std::vector<lifecycle::Chore> chores_of(Parts& parts, const Config& config) {
  const lifecycle::Stores stores{.catalog = parts.catalog,
                                 .objects = parts.index,
                                 .uploads = parts.upload_index,
                                 .answers = parts.answers,
                                 .events = parts.outbox,
                                 .purges = parts.purges,
                                 .tokens = parts.used_tokens,
                                 .blobs = parts.blobs,
                                 .uses = parts.uses};
  const auto forget = [&delivery = parts.delivery](BucketId bucket, const std::string& name) {
    delivery.forget(bucket, name);
  };
  return lifecycle::all_chores(stores, parts.clock, terms_of(config), forget);
}

Task<lifecycle::Step> deliver(Parts& parts, Context ctx) {
  const auto count = co_await parts.relay.round(std::move(ctx));
  co_return lifecycle::Step{.done = count, .has_more = count > 0};
}

Task<> make_ahead(delivery::Delivery& delivery, Context ctx, delivery::Ask ask) {
  const auto answer = co_await delivery.deliver(std::move(ctx), std::move(ask));
  if (answer.refusal) throw Error(*answer.refusal);
}

/// A rendition that is made ahead.
lifecycle::Making making(delivery::Delivery& delivery, delivery::Ask ask) {
  return [&delivery, ask = std::move(ask)](Context ctx) -> Task<> { return make_ahead(delivery, std::move(ctx), ask); };
}

/// As browsers are going to ask for it: they take the newest formats.
delivery::Ask ask_for(const Bucket& bucket, const std::string& object, RuleId rule) {
  delivery::Ask ask;
  ask.place = {.tenant = bucket.tenant.text(), .domain = bucket.domain.text(), .bucket = bucket.id.text()};
  ask.object = object;
  ask.rule = rule.text();
  ask.accepts = {.avif = true, .webp = true};
  ask.visitor.proof = delivery::Proof::own;
  ask.weight = 0;
  return ask;
}

}  // namespace

lifecycle::Runner housekeeping(Parts& parts, const Config& config, telemetry::Metrics& metrics) {
  return {parts.leases, parts.clock, metrics, chores_of(parts, config)};
}

lifecycle::Runner telling(Parts& parts, telemetry::Metrics& metrics) {
  std::vector<lifecycle::Chore> chores;
  chores.push_back({.name = "deliver_events", .every = Seconds(1), .step = [&parts](Context ctx, std::string) {
                      return deliver(parts, std::move(ctx));
                    }});
  return {parts.leases, parts.clock, metrics, std::move(chores)};
}

lifecycle::Runner dropping(Parts& parts, telemetry::Metrics& metrics) {
  std::vector<lifecycle::Chore> chores;
  chores.push_back(
      lifecycle::purging({.purges = parts.purges,
                          .objects = parts.index,
                          .clock = parts.clock,
                          .metrics = metrics,
                          .drop = [&delivery = parts.delivery](
                                      Context ctx, TenantId tenant,
                                      ContentHash content) { return delivery.drop(std::move(ctx), tenant, content); },
                          .forget = [&delivery = parts.delivery](
                                        BucketId bucket, const std::string& name) { delivery.forget(bucket, name); }}));
  return {parts.leases, parts.clock, metrics, std::move(chores)};
}

lifecycle::Runner warming(Parts& parts, const Config& config, telemetry::Metrics& metrics) {
  auto& delivery = parts.delivery;
  const auto upload = [&delivery](const Bucket& bucket, const std::string& object, RuleId rule) {
    return making(delivery, ask_for(bucket, object, rule));
  };
  const auto popular = [&delivery](RuleId rule) {
    std::vector<lifecycle::Making> all;
    for (auto& ask : delivery.take_popular(rule)) all.push_back(making(delivery, std::move(ask)));
    return all;
  };
  // Half of the processors are for those who wait, and so is half of what may wait in the background.
  const auto half = std::min<std::int64_t>(std::thread::hardware_concurrency(), config.async_jobs) / 2;
  const int most = std::max(1, static_cast<int>(half));
  std::vector<lifecycle::Chore> chores;
  chores.push_back(lifecycle::prewarming({.events = parts.outbox,
                                          .catalog = parts.catalog,
                                          .clock = parts.clock,
                                          .metrics = metrics,
                                          .upload = upload,
                                          .popular = popular,
                                          .has_room = [&delivery, most] { return delivery.making() < most; }}));
  return {parts.leases, parts.clock, metrics, std::move(chores)};
}

Loop::Loop(lifecycle::Runner runner, boost::asio::io_context& home) : runner_(std::move(runner)), home_(home) {
  thread_ = std::thread([this] { run(); });
}

Loop::~Loop() {
  leave();
  thread_.join();
}

void Loop::leave() {
  const std::lock_guard lock(mutex_);
  is_leaving_ = true;
  changed_.notify_all();
}

bool Loop::is_leaving() {
  const std::lock_guard lock(mutex_);
  return is_leaving_;
}

SteadyTime Loop::run_due() {
  auto next = std::chrono::steady_clock::now() + kAfterFailure;
  const auto finish = [&](std::exception_ptr thrown, SteadyTime due) {
    if (!thrown) next = due;
  };
  boost::asio::co_spawn(home_, runner_.run_due([this] { return is_leaving(); }), finish);
  home_.restart();
  home_.run();
  return next;
}

void Loop::give_back() {
  const auto finish = [](std::exception_ptr) {};  // what is not given back runs out
  boost::asio::co_spawn(home_, runner_.give_back(), finish);
  home_.restart();
  home_.run();
}

void Loop::run() {
  while (!is_leaving()) {
    const auto next = run_due();
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, next, [this] { return is_leaving_; });
  }
  give_back();
}

}  // namespace calotype::app
