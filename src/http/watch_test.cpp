#include "http/watch.h"

#include <future>

#include <gmock/gmock.h>

#include "core/event.h"
#include "http/server_fixture.h"

namespace calotype::http {
namespace {

using std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr auto kAsk = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";

/// What its handler saw, which waits until its client has gone, or until it may go on.
struct Visit {
  std::promise<void> entered;
  std::promise<bool> left;
  Event may_go_on;
};

Task<Response> wait_for_end(std::shared_ptr<Visit> visit, Context context, Request& request) {
  if (request.path != "/slow") co_return text_response("quick");
  visit->entered.set_value();
  co_await visit->may_go_on.wait(steady_clock::now() + Seconds(5), context.departure);
  visit->left.set_value(context.is_abandoned());
  Response response = text_response("slow");
  response.route = "slow";
  co_return response;
}

class WatchTest : public ServerTest {
 protected:
  void SetUp() override {
    auto limits = small_limits();
    limits.idle_wait = limits.head_wait = Milliseconds(5'000);
    serve([visit = visit_](Context context,
                           Request& request) { return wait_for_end(visit, std::move(context), request); },
          limits);
  }
  std::string metrics() const { return metrics_.exposition(); }
  /// Longer than it takes to see that somebody has gone.
  static constexpr Milliseconds kLongEnough{400};

  std::shared_ptr<Visit> visit_ = std::make_shared<Visit>();
};

TEST_F(WatchTest, SeesAClientClose) {
  {
    auto client = connect();
    client.send(kAsk);
    visit_->entered.get_future().wait();
  }

  EXPECT_TRUE(visit_->left.get_future().get());
  EXPECT_EQ(connect().get("/quick").body, "quick");
  EXPECT_THAT(metrics(), HasSubstr(R"(calotype_http_requests_total{code="4xx",listener="test",route="slow"} 1)"));
}

TEST_F(WatchTest, SeesAReset) {
  auto client = connect();
  client.send(kAsk);
  visit_->entered.get_future().wait();

  client.reset();

  EXPECT_TRUE(visit_->left.get_future().get());
}

TEST_F(WatchTest, TakesAClosedSideForGone) {
  auto client = connect();
  client.send(kAsk);
  client.shut_output();

  EXPECT_TRUE(visit_->left.get_future().get());
  EXPECT_TRUE(client.is_closed_within(Milliseconds(1'000))) << "nothing is sent to him";
}

TEST_F(WatchTest, LeavesOneAloneWhoWaits) {
  auto client = connect();
  client.send(kAsk);
  visit_->entered.get_future().wait();
  EXPECT_FALSE(client.has_input_within(kLongEnough));

  visit_->may_go_on.set();

  EXPECT_FALSE(visit_->left.get_future().get());
  EXPECT_EQ(client.read_answer().body, "slow");
  EXPECT_EQ(client.get("/quick").body, "quick");
}

TEST_F(WatchTest, LosesNothingThatWasSentAhead) {
  auto client = connect();
  client.send(kAsk);
  visit_->entered.get_future().wait();
  client.send("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n");
  client.shut_output();
  EXPECT_FALSE(client.has_input_within(kLongEnough)) << "what he has sent is yet to be read";

  visit_->may_go_on.set();

  EXPECT_EQ(client.read_answer().body, "slow");
  EXPECT_EQ(client.read_answer().body, "quick");
}

TEST_F(WatchTest, LosesNothingThatCameWithTheRequest) {
  auto client = connect();
  client.send(std::string(kAsk) + "GET /quick HTTP/1.1\r\nHost: h\r\n\r\n");
  client.shut_output();
  EXPECT_FALSE(client.has_input_within(kLongEnough));

  visit_->may_go_on.set();

  EXPECT_EQ(client.read_answer().body, "slow");
  EXPECT_EQ(client.read_answer().body, "quick");
}

TEST_F(WatchTest, LeavesABodyToWhoReadsIt) {
  auto client = connect();
  client.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
  client.shut_output();
  EXPECT_FALSE(client.has_input_within(kLongEnough));

  visit_->may_go_on.set();

  EXPECT_FALSE(visit_->left.get_future().get());
  EXPECT_EQ(client.read_answer().body, "slow");
}

TEST_F(WatchTest, DrainsWhileItLooks) {
  auto client = connect();
  client.send(kAsk);
  visit_->entered.get_future().wait();
  auto drained = std::async(std::launch::async, [this] { return server_->drain(Milliseconds(5'000)); });
  EXPECT_FALSE(client.has_input_within(kLongEnough)) << "the service goes, the client does not";

  visit_->may_go_on.set();

  EXPECT_EQ(client.read_answer().body, "slow");
  EXPECT_TRUE(drained.get());
}

TEST_F(WatchTest, MayEndWhileItLooks) {
  auto client = connect();
  client.send(kAsk);
  visit_->entered.get_future().wait();
  EXPECT_FALSE(client.has_input_within(Milliseconds(60)));

  server_.reset();

  EXPECT_EQ(client.read_to_end(), "");
}

}  // namespace
}  // namespace calotype::http
