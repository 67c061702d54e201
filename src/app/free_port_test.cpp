#include "app/free_port.h"

#include <gmock/gmock.h>

#include "core/error.h"
#include "http/server.h"

namespace calotype::app {

namespace {

Task<http::Response> nothing(Context, http::Request&) { co_return http::Response{}; }

}  // namespace

TEST(RequireFreePort, RefusesOneThatAServerSharesAmongItsThreads) {
  telemetry::Metrics metrics;
  http::ListenerSpec listener;
  listener.name = "test";
  listener.address = "127.0.0.1";
  listener.handler = nothing;
  http::Server server({listener}, 2, metrics);
  server.start();
  const int port = server.port("test");

  try {
    require_free_port("127.0.0.1", port);
    FAIL() << "it was given twice";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unavailable);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("Address already in use"));
  }
  server.drain(Milliseconds(1'000));
  EXPECT_NO_THROW(require_free_port("127.0.0.1", port));
}

TEST(RequireFreePort, SaysWhenAnAddressIsNone) {
  EXPECT_THROW(require_free_port("here", 80), Error);
  EXPECT_NO_THROW(require_free_port("127.0.0.1", 0));
}

}  // namespace calotype::app
