#include "http/server.h"

#include <condition_variable>
#include <csignal>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_set>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "core/error.h"
#include "core/scheduling.h"
#include "http/acceptor.h"
#include "http/session.h"
#include "telemetry/log.h"

namespace calotype::http {

namespace {

constexpr Milliseconds kCutWait{1'000};

/// A listener's part on one thread.
struct Branch {
  Branch(const ListenerSpec& spec, telemetry::Metrics& metrics) : listener(spec), traffic(spec.name, metrics) {}

  const ListenerSpec& listener;
  Traffic traffic;
  std::shared_ptr<Acceptor> acceptor;
};

/// One thread and all that belongs to it alone. The context goes first when it is destroyed: what it still holds refers
/// to the rest.
struct Loop {
  Scratch scratch{};
  DateText date;
  Watch watch;
  bool is_draining = false;
  std::vector<std::unique_ptr<Branch>> branches;
  std::unordered_set<Session*> sessions;
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{context.get_executor()};
  std::thread thread;
};

/// sendfile cannot be told, as sendmsg can, to spare us the signal for a client that went away.
void block_pipe_signal() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

void log_lost(const std::string& name, const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    telemetry::log(telemetry::Level::error, "task_failed", {{"task", name}, {"error", error.what()}});
  } catch (...) {
    telemetry::log(telemetry::Level::error, "task_failed", {{"task", name}, {"error", "not an exception"}});
  }
}

}  // namespace

struct Server::State {
  State(std::vector<ListenerSpec> specs, std::size_t threads, telemetry::Metrics& metrics_of_all);
  ~State();

  void open_all();
  void serve(Loop& loop, Branch& branch, Admission& admission, Socket socket, std::string peer);
  void drain_loop(Loop& loop);
  template <class Work>
  void on_every_loop(Work work);
  bool wait_for_end(Milliseconds limit);
  void count(int change);

  const std::vector<ListenerSpec> listeners;
  telemetry::Metrics& metrics;
  std::vector<std::unique_ptr<Admission>> admissions;  // one for each listener
  std::map<std::string, int> ports;
  std::atomic<std::size_t> next_loop = 0;

  std::mutex mutex;
  std::condition_variable has_ended;
  int open = 0;  // sessions, and loops that have yet to begin draining; guarded by mutex

  std::vector<std::unique_ptr<Loop>> loops;
};

Server::State::State(std::vector<ListenerSpec> specs, std::size_t threads, telemetry::Metrics& metrics_of_all)
    : listeners(std::move(specs)), metrics(metrics_of_all) {
  for (const auto& listener : listeners) admissions.push_back(std::make_unique<Admission>(listener.limits));
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) loops.push_back(std::make_unique<Loop>());
}

Server::State::~State() {
  for (auto& loop : loops) loop->context.stop();
  for (auto& loop : loops) {
    if (loop->thread.joinable()) loop->thread.join();
  }
  for (auto& loop : loops) {
    for (auto& branch : loop->branches) branch->acceptor.reset();  // it must not outlive its context
  }
  loops.clear();
}

void Server::State::count(int change) {
  const std::lock_guard lock(mutex);
  open += change;
  if (open == 0) has_ended.notify_all();
}

void Server::State::open_all() {
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const auto& listener = listeners[i];
    int port = listener.port;
    for (auto& loop : loops) {
      auto branch = std::make_unique<Branch>(listener, metrics);
      auto serve_one = [this, &loop = *loop, &branch = *branch, &admission = *admissions[i]](Socket socket,
                                                                                             std::string peer) {
        serve(loop, branch, admission, std::move(socket), std::move(peer));
      };
      auto opened = open_listener(loop->context, listener.address, port);
      branch->acceptor = std::make_shared<Acceptor>(std::move(opened), *admissions[i], branch->traffic, serve_one);
      port = branch->acceptor->port();  // the other threads share the one that the first got
      loop->branches.push_back(std::move(branch));
    }
    ports[listener.name] = port;
  }
}

void Server::State::serve(Loop& loop, Branch& branch, Admission& admission, Socket socket, std::string peer) {
  const Surroundings around{branch.listener, branch.traffic, loop.scratch, loop.date, loop.watch, loop.is_draining};
  auto session = std::make_shared<Session>(around, std::move(socket), peer);
  loop.sessions.insert(session.get());
  branch.traffic.count_connection(1);
  count(1);
  auto* const running = session.get();
  auto at_end = [this, &loop, &branch, &admission, peer = std::move(peer),
                 session = std::move(session)](const std::exception_ptr& failure) mutable {
    log_lost("session", failure);
    loop.sessions.erase(session.get());
    session.reset();
    admission.leave(peer);
    branch.traffic.count_connection(-1);
    count(-1);
  };
  boost::asio::co_spawn(loop.context, running->run(), std::move(at_end));
}

template <class Work>
void Server::State::on_every_loop(Work work) {
  for (auto& loop : loops) {
    boost::asio::post(loop->context, [work, &loop = *loop] { work(loop); });
  }
}

void Server::State::drain_loop(Loop& loop) {
  for (auto& branch : loop.branches) branch->acceptor->close();
  loop.is_draining = true;
  for (auto* session : loop.sessions) session->drain();
}

bool Server::State::wait_for_end(Milliseconds limit) {
  std::unique_lock lock(mutex);
  return has_ended.wait_for(lock, limit, [this] { return open == 0; });
}

Server::Server(std::vector<ListenerSpec> listeners, std::size_t threads, telemetry::Metrics& metrics)
    : state_(std::make_unique<State>(std::move(listeners), threads, metrics)) {}

Server::~Server() = default;

void Server::start() {
  state_->open_all();
  for (auto& loop : state_->loops) {
    for (auto& branch : loop->branches) {
      auto acceptor = branch->acceptor;
      auto task = acceptor->run();
      boost::asio::co_spawn(loop->context, std::move(task),
                            [acceptor](const std::exception_ptr& failure) { log_lost("accept", failure); });
    }
    loop->thread = std::thread([&context = loop->context] {
      block_pipe_signal();
      schedule(0, {.slice = kPromptSlice});
      context.run();
    });
  }
}

int Server::port(const std::string& name) const { return state_->ports.at(name); }

bool Server::drain(Milliseconds grace) {
  auto& state = *state_;
  if (!state.loops.front()->thread.joinable()) return true;
  state.count(static_cast<int>(state.loops.size()));
  state.on_every_loop([&state](Loop& loop) {
    state.drain_loop(loop);
    state.count(-1);
  });
  if (state.wait_for_end(grace)) return true;
  state.on_every_loop([](Loop& loop) {
    for (auto* session : loop.sessions) session->cut();
  });
  state.wait_for_end(kCutWait);
  return false;
}

void Server::spawn(std::string name, Task<> task) {
  auto& loop = *state_->loops[state_->next_loop++ % state_->loops.size()];
  boost::asio::co_spawn(loop.context, std::move(task),
                        [name = std::move(name)](const std::exception_ptr& failure) { log_lost(name, failure); });
}

}  // namespace calotype::http
