#include <future>
#include <thread>

#include "core/event.h"
#include "http/server_fixture.h"

namespace calotype::http {
namespace {

using std::chrono::steady_clock;

/// A handler that says when it was entered and waits until it may go on.
struct Gate {
  std::promise<void> entered;
  Event open;
};

Task<Response> wait_at(std::shared_ptr<Gate> gate) {
  gate->entered.set_value();
  co_await gate->open.wait(SteadyTime::max());
  co_return text_response("through");
}

Handler gated(std::shared_ptr<Gate> gate) {
  return [gate](Context, Request&) { return wait_at(gate); };
}

Task<Response> say_ok(Context, Request&) { co_return text_response("ok"); }

class Drain : public ServerTest {
 protected:
  static ServerLimits patient_limits() {
    auto limits = small_limits();
    limits.idle_wait = limits.head_wait = Milliseconds(60'000);
    return limits;
  }
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

TEST_F(Drain, ClosesIdleConnectionsAtOnce) {
  serve(say_ok, patient_limits(), 2);
  auto used = connect();
  auto fresh = connect();
  used.get("/");

  EXPECT_TRUE(server_->drain(Milliseconds(5000)));

  EXPECT_TRUE(used.is_closed_within(Milliseconds(1000)));
  EXPECT_TRUE(fresh.is_closed_within(Milliseconds(1000)));
  EXPECT_THROW(connect(), std::runtime_error) << "nobody listens any more";
}

TEST_F(Drain, LetsARequestEnd) {
  serve(gated(gate_), patient_limits());
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  gate_->entered.get_future().wait();
  auto drained = std::async(std::launch::async, [this] { return server_->drain(Milliseconds(5000)); });

  gate_->open.set();

  const auto answer = client.read_answer();
  EXPECT_EQ(answer.body, "through");
  EXPECT_TRUE(client.is_closed_within(Milliseconds(1000)));
  EXPECT_TRUE(drained.get());
}

TEST_F(Drain, CutsWhatIsLeftAfterTheGrace) {
  serve(say_ok, patient_limits());
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost");  // not idle: a head is on its way
  auto other = connect();
  other.get("/");  // by now the server has seen the first client

  EXPECT_FALSE(server_->drain(Milliseconds(20)));
  EXPECT_TRUE(client.is_closed_within(Milliseconds(1000)));
}

TEST_F(Drain, MayBeCalledTwiceAndBeforeTheStart) {
  serve(say_ok, patient_limits());
  EXPECT_TRUE(server_->drain(Milliseconds(1000)));
  EXPECT_TRUE(server_->drain(Milliseconds(1000)));

  Server idle({}, 1, metrics_);
  EXPECT_TRUE(idle.drain(Milliseconds(0)));
}

TEST_F(Drain, DestructionEndsWhatStillWaits) {
  serve(gated(gate_), patient_limits());
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  gate_->entered.get_future().wait();

  server_.reset();

  EXPECT_TRUE(client.is_closed_within(Milliseconds(1000)));
}

}  // namespace
}  // namespace calotype::http
