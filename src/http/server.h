#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "http/message.h"
#include "telemetry/metrics.h"

namespace calotype::http {

/// Bounds of one listener. Every wait has one; the defaults are reliability.md's R3.
struct ServerLimits {
  Milliseconds head_wait{10'000};  ///< for the whole head, from its first byte; and for a new connection's first byte
  Milliseconds idle_wait{75'000};  ///< between requests of a kept connection
  Milliseconds request_wait{30'000};  ///< Context::deadline of each request
  Milliseconds write_stall{30'000};   ///< without progress
  std::uint64_t head_bytes = 16 * 1024;
  std::size_t fields = 100;
  std::size_t target_bytes = 8 * 1024;
  std::uint64_t body_bytes = 50'000'000;
  std::uint64_t least_body_rate = 1024;  ///< bytes a second, after body_grace
  Milliseconds body_grace{5'000};
  Milliseconds linger_wait{1'000};  ///< for a client that still sends when the connection is about to be closed
  std::size_t connections = 10'000;
  std::size_t connections_per_peer = 200;  ///< 0: no limit (behind a proxy)
};

struct ListenerSpec {
  std::string name;     ///< "fetch", "mgmt", "ops": a metric label
  std::string address;  ///< "127.0.0.1"
  int port = 0;         ///< 0: any free one
  ServerLimits limits;
  Handler handler;  ///< throws nothing: api/chain maps errors. What it throws all the same is a bare 500
};

/// Serves HTTP/1.1 on several listeners with one io_context and one thread per core (SO_REUSEPORT). A request is
/// handled on the thread that took its connection. Every request writes one log line ("request") and counts in
/// calotype_http_requests_total{listener,route,code} and calotype_http_request_seconds{listener,route}.
/// Destroy it after whatever its tasks wait for has stopped (BlockingPool, workers): those resume tasks on its threads.
class Server {
 public:
  Server(std::vector<ListenerSpec> listeners, std::size_t threads, telemetry::Metrics& metrics);
  ~Server();

  /// Binds and starts the threads. Throws unavailable when an address is taken: "listen on 127.0.0.1:8080: ...".
  void start();
  /// The port that listener `name` got.
  int port(const std::string& name) const;
  /// Stops accepting, lets requests in flight end, closes idle connections; returns when all is closed. After `grace`
  /// it cuts those that are left: false then. The threads go on, for the tasks that were spawned.
  bool drain(Milliseconds grace);
  /// Runs a task on one of the server's threads, for background loops. What it throws is logged as `name`.
  /// Also before start(). Thread: any.
  void spawn(std::string name, Task<> task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace calotype::http
