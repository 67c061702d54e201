#include "app/serve.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <ostream>
#include <thread>

#include <fmt/format.h>

#include "app/free_port.h"
#include "app/loops.h"
#include "app/parts.h"
#include "app/roles.h"
#include "app/signals.h"
#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::app {

namespace {

constexpr Seconds kStartLimit{30};
constexpr Milliseconds kGlance{20};

/// A connection is a descriptor, and the usual soft limit is 1024 of them.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

[[noreturn]] void end_now(int code, std::string_view why) {
  telemetry::log(telemetry::Level::warning, "ended_at_once", {{"why", why}});
  telemetry::flush_log();
  ::_exit(code);
}

/// False when a signal came before a worker was up. Throws unavailable when none comes up.
bool wait_for_workers(const ImageEngine& engine) {
  const auto until = std::chrono::steady_clock::now() + kStartLimit;
  while (!engine.is_ready()) {
    if (std::chrono::steady_clock::now() > until)
      throw Error(Fault::unavailable, "start a worker: none is up after 30 s");
    if (wait_for_signal(kGlance)) return false;
  }
  return true;
}

void say_ready(const http::Server& server, const RoleSpec& role, std::ostream& out) {
  std::string line = R"({"event":"ready")";
  for (const auto& mount : role.mounts) {
    line += fmt::format(R"(,"{}":{})", mount.listener, server.port(std::string(mount.listener)));
  }
  out << line << "}\n" << std::flush;
  telemetry::log(telemetry::Level::info, "ready", {{"role", role.name}});
}

/// Lets what is in flight end. What does not end in time could still touch the parts: then the process goes as it is.
void drain(http::Server& server, Parts& parts, const Config& config) {
  const auto until = std::chrono::steady_clock::now() + Seconds(config.drain_seconds);
  const bool is_empty = server.drain(Seconds(config.drain_seconds));
  const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
  const bool is_settled = parts.delivery.settle(std::max(left, Milliseconds(0)));
  if (!is_empty || !is_settled) end_now(1, is_empty ? "renditions were still being made" : "requests were cut");
}

}  // namespace

int serve(const Config& config, std::ostream& out) {
  hold_signals();
  ::umask(027);  // the data folder is nobody else's
  raise_descriptor_limit();
  const auto& role = roles().front();
  telemetry::Metrics metrics;
  std::atomic<bool> is_leaving = false;

  // These are declared first, so that their loops outlive the parts whose pools resume tasks on them.
  boost::asio::io_context house;
  boost::asio::io_context post;
  boost::asio::io_context bin;
  boost::asio::io_context oven;
  std::unique_ptr<http::Server> server;
  Parts parts(config, metrics);
  recover(parts);
  make_operator(parts);
  const Mounting mounting{.parts = parts, .config = config, .is_leaving = [&is_leaving] { return is_leaving.load(); }};
  const auto threads =
      config.threads > 0 ? static_cast<std::size_t>(config.threads) : std::thread::hardware_concurrency();
  auto listeners = listeners_of(role, mounting);
  for (const auto& listener : listeners) require_free_port(listener.address, listener.port);
  server = std::make_unique<http::Server>(std::move(listeners), std::max<std::size_t>(threads, 1), metrics);
  if (!wait_for_workers(parts.engine)) return 0;
  server->start();
  say_ready(*server, role, out);

  Loop keeper(housekeeping(parts, config, metrics), house);
  Loop teller(telling(parts, metrics), post);
  Loop dropper(dropping(parts, metrics), bin);
  Loop warmer(warming(parts, config, metrics), oven);

  const int signal = wait_for_signal();
  telemetry::log(telemetry::Level::info, "leaving", {{"signal", signal}});
  is_leaving = true;
  keeper.leave();
  teller.leave();
  dropper.leave();
  warmer.leave();
  const SecondSignal impatience([] { end_now(1, "a second signal"); });
  std::this_thread::sleep_for(Seconds(config.notice_seconds));  // for balancers to see /readyz
  drain(*server, parts, config);
  telemetry::log(telemetry::Level::info, "ended");
  return 0;
}

}  // namespace calotype::app
