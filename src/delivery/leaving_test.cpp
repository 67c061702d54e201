#include <functional>
#include <stop_token>

#include <gtest/gtest.h>

#include "delivery/fixture.h"

namespace calotype::delivery {
namespace {

/// Clients who ask for the same and may go.
class LeavingTest : public DeliveryTest {
 protected:
  struct Client {
    std::stop_source source;
    std::optional<Answer> answer;
    std::optional<Error> failure;
  };

  std::shared_ptr<Client> ask(std::string rule = "small") {
    auto client = std::make_shared<Client>();
    auto ctx = ctx_;
    ctx.departure = client->source.get_token();
    boost::asio::co_spawn(loop_, delivery_->deliver(ctx, ask_for(std::move(rule))),
                          [client](std::exception_ptr thrown, Answer answer) {
                            try {
                              if (thrown) std::rethrow_exception(thrown);
                              client->answer = std::move(answer);
                            } catch (const Error& error) {
                              client->failure = error;
                            }
                          });
    return client;
  }
  void wait_until(const std::function<bool()>& claim) {
    loop_.restart();
    while (!claim()) loop_.run_one_for(std::chrono::seconds(1));
  }
};

TEST_F(LeavingTest, DropsWhatNobodyWaitsForAndMakesItForTheNext) {
  engine_.queue();
  const auto first = ask();
  const auto second = ask();
  wait_until([&] { return engine_.running() == 1; });

  first->source.request_stop();
  wait_until([&] { return first->failure.has_value(); });
  EXPECT_EQ(engine_.running(), 1) << "one still waits";
  second->source.request_stop();
  wait_until([&] { return engine_.running() == 0; });
  run_loop();

  EXPECT_EQ(first->failure->code(), kAbandoned);
  EXPECT_EQ(second->failure->code(), kAbandoned);
  EXPECT_EQ(delivery_->making(), 0);
  EXPECT_EQ(memory_->count(), 0U);
  engine_.release();
  EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered) << "it is not remembered as a failure";
}

TEST_F(LeavingTest, KeepsWhatHadBegun) {
  engine_.hold();
  const auto client = ask();
  wait_until([&] { return engine_.running() == 1; });
  client->source.request_stop();
  wait_until([&] { return client->failure.has_value(); });

  engine_.release();
  run_loop();

  EXPECT_EQ(client->failure->code(), kAbandoned);
  EXPECT_EQ(deliver(ask_for()).origin, Origin::memory);
  EXPECT_EQ(engine_.renders(), 1);
}

TEST_F(LeavingTest, LosesNobodyWhoComesWhileItIsDropped) {
  engine_.queue();
  const auto gone = ask();
  wait_until([&] { return engine_.running() == 1; });

  gone->source.request_stop();
  const auto newcomer = ask();
  wait_until([&] { return engine_.renders() == 2; });
  engine_.release();
  run_loop();

  EXPECT_EQ(gone->failure->code(), kAbandoned);
  ASSERT_TRUE(newcomer->answer && newcomer->answer->rendition);
}

TEST_F(LeavingTest, DropsItWhereThePatienceIsOver) {
  make_delivery({.patience = Milliseconds(5)});
  engine_.queue();
  const auto client = ask();
  wait_until([&] { return engine_.running() == 1; });
  const auto later = std::chrono::steady_clock::now() + Milliseconds(30);
  wait_until([&] { return std::chrono::steady_clock::now() > later; });
  EXPECT_EQ(engine_.running(), 1);

  client->source.request_stop();
  wait_until([&] { return engine_.running() == 0; });
  run_loop();

  EXPECT_EQ(client->failure->code(), kAbandoned);
}

TEST_F(LeavingTest, MakesWhatSomethingElseStandsInFor) {
  make_delivery({.patience = Milliseconds(5)});
  const auto id = add_rule("card", R"({"format":"jpg","actions":[{"resize":{"width":300}}]})");
  deliver(ask_for("card"));
  const std::string body = R"({"format":"jpg","actions":[{"resize":{"width":301}}]})";
  const StoredRule next{.id = id,
                        .tenant = tenant_,
                        .domain = domain_,
                        .name = "card",
                        .revision = 2,
                        .body = body,
                        .hash = Digest::of(body),
                        .created = clock_.now()};
  ASSERT_TRUE(run(catalog_.add_revision(ctx_, next)));
  delivery_->forget_settings();
  engine_.queue();

  const auto client = ask("card");
  wait_until([&] { return client->answer.has_value(); });
  EXPECT_EQ(client->answer->degraded, Degraded::stale);
  engine_.release();
  run_loop();

  EXPECT_EQ(deliver(ask_for("card")).origin, Origin::memory) << "it was made meanwhile";
}

}  // namespace
}  // namespace calotype::delivery
