#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "http/server.h"
#include "support/http_client.h"

namespace calotype::http {

/// A server for tests on a free port with small limits, so that what waits for them is quick.
class ServerTest : public ::testing::Test {
 protected:
  static ServerLimits small_limits() {
    ServerLimits limits;
    limits.head_wait = Milliseconds(60);
    limits.idle_wait = Milliseconds(60);
    limits.write_stall = Milliseconds(80);
    limits.body_grace = Milliseconds(50);
    limits.linger_wait = Milliseconds(50);
    limits.head_bytes = 2048;
    limits.target_bytes = 512;
    limits.fields = 20;
    limits.body_bytes = 300'000;
    limits.connections_per_peer = 0;
    return limits;
  }

  void serve(Handler handler, ServerLimits limits, std::size_t threads = 1) {
    server_ = std::make_unique<Server>(std::vector{ListenerSpec{"test", "127.0.0.1", 0, limits, std::move(handler)}},
                                       threads, metrics_);
    server_->start();
  }

  testing::HttpClient connect() { return testing::HttpClient(server_->port("test")); }

  telemetry::Metrics metrics_;
  std::unique_ptr<Server> server_;
};

inline Response text_response(std::string text, int status = 200) {
  Response response;
  response.status = status;
  response.fields.add("Content-Type", "text/plain");
  response.body = Bytes::from(std::move(text));
  return response;
}

}  // namespace calotype::http
