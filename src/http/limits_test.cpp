// Every wait has an end, and every body a bound.
#include <thread>

#include <netinet/in.h>
#include <sys/resource.h>

#include "core/error.h"
#include "http/server_fixture.h"

namespace calotype::http {
namespace {

using std::chrono::steady_clock;
using testing::HttpClient;

constexpr Milliseconds kSoon{1500};  // well above all small limits, for a busy machine

class Limits : public ServerTest {};

bool shows(const telemetry::Metrics& metrics, const std::string& line) {
  return metrics.exposition().find(line + "\n") != std::string::npos;
}

/// How often accepting was paused for want of descriptors.
long pauses(const telemetry::Metrics& metrics) {
  const auto text = metrics.exposition();
  const std::string series = "reason=\"descriptors\"} ";
  const auto at = text.find(series);
  return at == std::string::npos ? 0 : std::stol(text.substr(at + series.size()));
}

bool comes_true(const std::function<bool()>& claim) {
  for (const auto begun = steady_clock::now(); steady_clock::now() - begun < Seconds(5); std::this_thread::yield()) {
    if (claim()) return true;
  }
  return false;
}

/// More than the kernel holds between the two ends.
Response large_response() {
  std::string text;
  text.resize(20'000'000, 'x');
  return text_response(std::move(text));
}

Task<Response> say_ok(Context, Request&) { co_return text_response("ok"); }

Task<Response> take_body(Context, Request& request) {
  try {
    const auto body = co_await read_all(*request.body, 200'000);
    co_return text_response(std::to_string(body.size()));
  } catch (const Error& error) {
    co_return text_response(error.code(), error.fault() == Fault::timed_out   ? 408
                                          : error.fault() == Fault::too_large ? 413
                                                                              : 400);
  }
}

TEST_F(Limits, ClosesASilentConnection) {
  serve(say_ok, small_limits());
  auto client = connect();

  EXPECT_TRUE(client.is_closed_within(kSoon));
}

TEST_F(Limits, ClosesAnIdleConnectionAfterARequest) {
  serve(say_ok, small_limits());
  auto client = connect();
  client.get("/");

  EXPECT_TRUE(client.is_closed_within(kSoon));
}

TEST_F(Limits, GivesTheWholeHeadOneDeadline) {
  auto limits = small_limits();
  limits.fields = 10'000;
  limits.head_bytes = 1 << 20;
  serve(say_ok, limits);
  auto client = connect();
  const auto begun = steady_clock::now();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");

  while (!client.has_input_within(Milliseconds(10)) && steady_clock::now() - begun < kSoon) {
    client.send("X: y\r\n");  // each line comes in good time, the head never ends
  }

  EXPECT_EQ(client.read_answer().status, 408);
}

TEST_F(Limits, CutsABodyThatComesTooSlowly) {
  auto limits = small_limits();
  limits.least_body_rate = 100'000;
  serve(take_body, limits);
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc");

  const auto answer = client.read_answer();

  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.body, "slow-body");
  EXPECT_TRUE(client.is_closed_within(kSoon));
}

TEST_F(Limits, CutsAClientThatDoesNotRead) {
  auto limits = small_limits();
  limits.idle_wait = Milliseconds(60'000);
  serve([](Context, Request&) -> Task<Response> { co_return large_response(); }, limits);
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  ASSERT_TRUE(client.has_input_within(kSoon));

  ASSERT_TRUE(comes_true([this] { return shows(metrics_, "calotype_http_connections{listener=\"test\"} 0"); }));
  EXPECT_LT(client.read_to_end().size(), 20'000'000U);
}

TEST_F(Limits, RefusesABodyOverTheHandlersLimitWithoutReadingIt) {
  serve(take_body, small_limits());
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200001\r\nExpect: 100-continue\r\n\r\n");

  const auto answer = client.read_answer();

  EXPECT_EQ(answer.status, 413) << "and no 100 before it";
  EXPECT_EQ(answer.field("Connection"), "close");
}

TEST_F(Limits, CountsAChunkedBodyAgainstTheLimit) {
  serve(take_body, small_limits());
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n30d41\r\n" + std::string(0x30d41, 'x') +
              "\r\n");

  EXPECT_EQ(client.read_answer().status, 413);
}

TEST_F(Limits, TakesABodyOfExactlyTheLimit) {
  serve(take_body, small_limits());
  auto client = connect();

  EXPECT_EQ(client.request("POST", "/", {}, std::string(200'000, 'x')).body, "200000");
  EXPECT_EQ(client.get("/").body, "0");
}

TEST_F(Limits, SendsContinueWhenTheHandlerReads) {
  serve(take_body, small_limits());
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 100);

  client.send("abc");

  EXPECT_EQ(client.read_answer().body, "3");
  EXPECT_EQ(client.get("/").status, 200) << "the connection goes on";
}

TEST_F(Limits, DoesNotSendContinueForABodyThatNobodyWants) {
  serve(say_ok, small_limits());
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");

  const auto answer = client.read_answer();

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Connection"), "close") << "it cannot know whether the body comes";
}

TEST_F(Limits, ReadsASmallUnwantedBodyAwayAndGoesOn) {
  serve(say_ok, small_limits());
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n");
  EXPECT_EQ(client.read_answer().field("Connection"), "");

  client.send(std::string(5000, 'x'));

  EXPECT_EQ(client.get("/").status, 200);
}

TEST_F(Limits, ClosesOnALargeUnwantedBodyAfterItsAnswerArrived) {
  serve(say_ok, small_limits());
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 250000\r\n\r\n" + std::string(100'000, 'x'));

  const auto answer = client.read_answer();

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(client.is_closed_within(kSoon));
}

TEST_F(Limits, SurvivesAResetInTheMidstOfABody) {
  serve(take_body, small_limits());
  {
    auto client = connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc");
    client.reset();
  }

  EXPECT_EQ(connect().get("/").status, 200);
}

TEST_F(Limits, SurvivesAResetInTheMidstOfAnAnswer) {
  serve([](Context, Request&) -> Task<Response> { co_return text_response(std::string(5'000'000, 'x')); },
        small_limits());
  {
    auto client = connect();
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    client.is_closed_within(kSoon);  // until the first byte is there
    client.reset();
  }

  EXPECT_EQ(connect().get("/").body.size(), 5'000'000U);
}

TEST_F(Limits, GivesTheHandlerItsDeadlineAndId) {
  static std::optional<Context> seen;
  auto limits = small_limits();
  limits.request_wait = Milliseconds(1234);
  serve(
      [](Context context, Request&) -> Task<Response> {
        seen = context;
        co_return text_response("ok");
      },
      limits);
  const auto before = steady_clock::now();
  const auto answer = connect().get("/");

  EXPECT_EQ(seen->request_id, answer.field("X-Request-Id"));
  EXPECT_GE(seen->deadline, before + Milliseconds(1234));
  EXPECT_LE(seen->deadline, steady_clock::now() + Milliseconds(1234));
}

TEST_F(Limits, RefusesConnectionsOverItsBound) {
  auto limits = small_limits();
  limits.connections = 2;
  limits.idle_wait = Milliseconds(60'000);
  serve(say_ok, limits);
  std::vector<std::unique_ptr<HttpClient>> held;
  for (int i = 0; i < 2; ++i) {
    held.push_back(std::make_unique<HttpClient>(server_->port("test")));
    EXPECT_EQ(held.back()->get("/").status, 200);
  }

  auto third = connect();
  const auto answer = third.read_answer();

  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.field("Retry-After"), "1");
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(held.front()->get("/").status, 200) << "the others go on";
}

TEST_F(Limits, BoundsTheConnectionsOfOnePeer) {
  auto limits = small_limits();
  limits.connections_per_peer = 1;
  limits.idle_wait = Milliseconds(60'000);
  serve(say_ok, limits);
  {
    auto first = connect();
    EXPECT_EQ(first.get("/").status, 200);
    EXPECT_EQ(connect().read_answer().status, 503);
  }
  const auto begun = steady_clock::now();
  int status = 503;
  while (status == 503 && steady_clock::now() - begun < kSoon) {
    auto next = connect();
    status = next.get("/").status;
  }
  EXPECT_EQ(status, 200) << "its place is free again";
}

/// No descriptor more than those that are open, for as long as it lives.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Fd lowest_free(::dup(STDERR_FILENO));
    const rlimit none{static_cast<rlim_t>(lowest_free.get()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(Limits, PausesWhenDescriptorsRunOutAndRecovers) {
  auto limits = small_limits();
  limits.idle_wait = limits.head_wait = Milliseconds(60'000);
  serve(say_ok, limits);
  auto early = connect();
  EXPECT_EQ(early.get("/").status, 200);
  const Fd late(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(server_->port("test")));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto& metrics = metrics_;  // the sanitizer's check of `this` needs a descriptor
  const auto begun = steady_clock::now();
  {
    const NoMoreDescriptors none;
    ASSERT_EQ(::connect(late.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    ASSERT_TRUE(comes_true([&metrics] { return pauses(metrics) >= 2; }));
    EXPECT_EQ(early.get("/").status, 200) << "those that are connected are served";
  }
  EXPECT_LE(pauses(metrics), 2 + (steady_clock::now() - begun) / Milliseconds(100)) << "a busy loop";
  ASSERT_TRUE(comes_true([this] { return shows(metrics_, "calotype_http_connections{listener=\"test\"} 2"); }));
}

}  // namespace
}  // namespace calotype::http
