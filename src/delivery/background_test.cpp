#include <gmock/gmock.h>
#include <boost/asio/detached.hpp>

#include "delivery/explanation.h"
#include "delivery/fixture.h"

namespace calotype::delivery {
namespace {

/// What the fixture's rule "small" costs is far above the line here.
class BackgroundTest : public DeliveryTest {
 protected:
  static constexpr auto kNow = R"({"format":"jpg","actions":[{"resize":{"width":300}}],"policy":{"async":"never"}})";
  static constexpr auto kLater = R"({"format":"jpg","actions":[{"resize":{"width":300}}],"policy":{"async":"always"}})";

  BackgroundTest() { make_delivery(options()); }

  static Options options() {
    Options options;
    options.jobs.cost = 1;
    options.jobs.most = 4;
    return options;
  }

  /// Runs until the loop has nothing to do but what the engine holds.
  Answer begin(Ask ask) {
    std::optional<Answer> answer;
    std::exception_ptr failure;
    boost::asio::co_spawn(loop_, delivery_->deliver(ctx_, std::move(ask)), [&](std::exception_ptr thrown, Answer got) {
      failure = thrown;
      answer = std::move(got);
    });
    loop_.restart();
    while (!answer && !failure) loop_.run_one_for(std::chrono::seconds(5));
    if (failure) std::rethrow_exception(failure);
    return std::move(*answer);
  }

  std::optional<JobStatus> find(const RenditionKey& key) {
    std::optional<std::optional<JobStatus>> status;
    boost::asio::co_spawn(loop_, delivery_->find_job(ctx_, key),
                          [&](std::exception_ptr, std::optional<JobStatus> got) { status = std::move(got); });
    loop_.restart();
    while (!status) loop_.run_one_for(std::chrono::seconds(5));
    return *status;
  }

  /// Until the engine has so many calls that have not ended.
  void run_until_running(int count) {
    loop_.restart();
    while (engine_.running() < count) loop_.run_one_for(std::chrono::seconds(5));
  }

  void release() {
    engine_.release();
    run_loop();
  }

  void add_objects(int count) {
    for (int i = 0; i < count; ++i)
      add_object("o" + std::to_string(i), ImageInfo{.size = {.width = 900, .height = 600}});
  }
};

TEST_F(BackgroundTest, TellsOfAJobAndServesWhatItMadeThen) {
  engine_.hold();
  const auto told = begin(ask_for());
  run_until_running(1);
  const auto meanwhile = begin(ask_for());
  EXPECT_EQ(find(told.key)->stage, JobStatus::Stage::running);
  release();

  ASSERT_TRUE(told.job && meanwhile.job);
  EXPECT_EQ(told.job->retry, Seconds(1));
  EXPECT_EQ(meanwhile.job->stage, JobStatus::Stage::running);
  EXPECT_FALSE(told.rendition);
  EXPECT_FALSE(told.is_repeatable);
  EXPECT_EQ(find(told.key)->stage, JobStatus::Stage::done);
  const auto made = deliver(ask_for());
  EXPECT_EQ(made.origin, Origin::memory);
  EXPECT_EQ(made.key, told.key);
  EXPECT_EQ(engine_.renders(), 1) << "once for all who asked";
}

TEST_F(BackgroundTest, GivesAJobTheTimeThatItNeeds) {
  deliver(ask_for());

  EXPECT_EQ(engine_.last_job()->at_leisure, options().jobs.time);
}

TEST_F(BackgroundTest, OutlivesTheRequestThatBeganIt) {
  engine_.delay(Milliseconds(100));
  ctx_.deadline = std::chrono::steady_clock::now() + Milliseconds(20);

  const auto told = deliver(ask_for());

  EXPECT_TRUE(told.job);
  EXPECT_EQ(find(told.key)->stage, JobStatus::Stage::done);
}

TEST_F(BackgroundTest, WaitsWhereTheRuleSaysNever) {
  add_rule("now", kNow);

  EXPECT_EQ(deliver(ask_for("now")).origin, Origin::rendered);
  EXPECT_FALSE(engine_.last_job()->at_leisure);
}

TEST_F(BackgroundTest, MakesWhatIsCheapWhereTheRuleSaysAlways) {
  make_delivery();
  add_rule("later", kLater);

  EXPECT_FALSE(deliver(ask_for()).job) << "it is below the line";
  memory_.emplace(kTierBytes);
  disk_.emplace(kTierBytes);
  make_delivery();
  EXPECT_TRUE(deliver(ask_for("later")).job);
  EXPECT_FALSE(deliver(ask_for("later")).job) << "it is there";
}

TEST_F(BackgroundTest, NeverMakesWhatIsNotKept) {
  add_rule("tile", R"({"format":"jpg","actions":[{"resize":{"width":310}}],"policy":{"cache":{"store":"never"}}})");

  EXPECT_EQ(deliver(ask_for("tile")).origin, Origin::passed);
}

TEST_F(BackgroundTest, KeepsAJobsResultAlsoWhereTheSecondOneIsKept) {
  add_rule("tile",
           R"({"format":"jpg","actions":[{"resize":{"width":310}}],"policy":{"cache":{"store":"second-hit"}}})");

  EXPECT_TRUE(deliver(ask_for("tile")).job);
  EXPECT_EQ(deliver(ask_for("tile")).origin, Origin::memory);
}

TEST_F(BackgroundTest, MakesItForWhoeverAsksWhereItCannotBeKept) {
  memory_.emplace(1);
  disk_.emplace(1);
  make_delivery(options());

  EXPECT_TRUE(deliver(ask_for()).job);
  EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered) << "not one job after the other";
}

TEST_F(BackgroundTest, IsTellingNothingToWhoHasItAlready) {
  const auto made = deliver(ask_for());
  memory_.emplace(kTierBytes);
  disk_.emplace(kTierBytes);
  make_delivery(options());
  auto again = ask_for();
  again.known.keys = {made.key};

  const auto answer = deliver(again);

  EXPECT_EQ(answer.origin, Origin::known);
  EXPECT_FALSE(answer.job);
}

TEST_F(BackgroundTest, TellsWhyAJobFailed) {
  engine_.fail(Fault::unprocessable, "image-damaged", 1);
  const auto told = deliver(ask_for());

  const auto status = find(told.key);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->stage, JobStatus::Stage::failed);
  EXPECT_EQ(status->failure->code(), "image-damaged");
  EXPECT_EQ(refusal(ask_for()).code(), "image-damaged");
  clock_.advance(Seconds(61));
  EXPECT_TRUE(deliver(ask_for()).job) << "and is begun anew after a while";
}

TEST_F(BackgroundTest, RemembersAlsoWhatMayGoWellTheNextTime) {
  engine_.fail(Fault::unprocessable, "too-slow", 1);
  const auto told = deliver(ask_for());

  EXPECT_EQ(find(told.key)->failure->code(), "too-slow");
  EXPECT_EQ(refusal(ask_for()).code(), "too-slow") << "whoever polls must not begin it again and again";
}

TEST_F(BackgroundTest, ForgetsAWantOfCapacitySoon) {
  engine_.fail(Fault::unavailable, "busy", 1);
  deliver(ask_for());

  EXPECT_EQ(refusal(ask_for()).code(), "busy");
  clock_.advance(Seconds(11));
  EXPECT_TRUE(deliver(ask_for()).job);
}

TEST_F(BackgroundTest, MakesOneAfterTheOtherAndRefusesWhatIsTooMuch) {
  add_objects(3);
  engine_.hold();
  const auto first = begin(ask_for("small", "o0"));
  const auto second = begin(ask_for("small", "o1"));
  run_until_running(1);

  const auto third = begin(ask_for("small", "o2"));
  EXPECT_EQ(engine_.running(), 1);
  EXPECT_EQ(find(second.key)->stage, JobStatus::Stage::queued);
  ASSERT_TRUE(third.refusal) << "two of four places are one tenant's";
  EXPECT_EQ(third.refusal->code(), "too-many-jobs");
  EXPECT_EQ(third.refusal->fault(), Fault::throttled);
  EXPECT_EQ(delivery_->making(), 2);
  release();

  EXPECT_EQ(find(first.key)->stage, JobStatus::Stage::done);
  EXPECT_EQ(find(second.key)->stage, JobStatus::Stage::done);
  EXPECT_THAT(metrics_.exposition(), ::testing::HasSubstr("calotype_delivery_jobs_total{outcome=\"refused\"} 1"));
}

TEST_F(BackgroundTest, ShowsWhatThePreviousRevisionMadeMeanwhile) {
  const auto id = add_rule("card", kLater);
  deliver(ask_for("card"));
  const auto before = deliver(ask_for("card"));
  const StoredRule next{.id = id,
                        .tenant = tenant_,
                        .domain = domain_,
                        .name = "card",
                        .revision = 2,
                        .body = R"({"format":"jpg","quality":11,"policy":{"async":"always"}})",
                        .created = clock_.now()};
  ASSERT_TRUE(run(catalog_.add_revision(ctx_, next)));
  delivery_->forget_settings();

  const auto meanwhile = deliver(ask_for("card"));
  const auto after = deliver(ask_for("card"));

  EXPECT_EQ(meanwhile.degraded, Degraded::stale);
  EXPECT_EQ(meanwhile.key, before.key);
  EXPECT_FALSE(meanwhile.job);
  EXPECT_EQ(after.degraded, Degraded::no);
  EXPECT_NE(after.key, before.key);
}

TEST_F(BackgroundTest, MakesNothingOfWhatWasDroppedWhileItWaited) {
  add_objects(2);
  const auto dropped = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  engine_.hold();
  begin(ask_for("small", "o0"));
  run_until_running(1);
  const auto waiting = begin(ask_for("small", "dog.jpg"));
  boost::asio::co_spawn(loop_, delivery_->drop(ctx_, tenant_, dropped.content), boost::asio::detached);
  loop_.restart();
  loop_.poll();
  EXPECT_FALSE(find(waiting.key));
  release();

  EXPECT_EQ(engine_.renders(), 1);
}

TEST_F(BackgroundTest, KeepsNothingOfWhatWasDroppedWhileItWasMade) {
  const auto dropped = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  engine_.hold();
  begin(ask_for("small", "dog.jpg"));
  run_until_running(1);
  boost::asio::co_spawn(loop_, delivery_->drop(ctx_, tenant_, dropped.content), boost::asio::detached);
  loop_.restart();
  loop_.poll();
  release();

  EXPECT_EQ(memory_->count(), 0U);
  EXPECT_EQ(disk_->count(), 0U);
}

TEST_F(BackgroundTest, KnowsNothingOfOtherJobs) {
  EXPECT_FALSE(find(Digest::of("none")));
  add_rule("now", kNow);
  const auto made = deliver(ask_for("now"));
  EXPECT_EQ(find(made.key)->stage, JobStatus::Stage::done) << "it is there, whoever made it";
}

TEST_F(BackgroundTest, ForgetsWhatWaitsWhenItEnds) {
  add_objects(2);
  engine_.hold();
  begin(ask_for("small", "o0"));
  run_until_running(1);
  const auto waiting = begin(ask_for("small", "o1"));

  EXPECT_FALSE(delivery_->settle(Milliseconds(0))) << "one is being made";
  EXPECT_FALSE(find(waiting.key));
  EXPECT_TRUE(begin(ask_for("small", "o1")).refusal);
  release();
  EXPECT_TRUE(delivery_->settle(Milliseconds(0)));
}

TEST_F(BackgroundTest, IsExplained) {
  add_rule("now", kNow);

  EXPECT_TRUE(run(delivery_->explain(ctx_, ask_for())).is_for_background);
  EXPECT_FALSE(run(delivery_->explain(ctx_, ask_for("now"))).is_for_background);
}

TEST_F(BackgroundTest, LeavesRefusalsByTheRulesLimitsAsTheyAre) {
  add_rule("cheap", R"({"format":"jpg","actions":[{"resize":{"width":300}}],"policy":{"limits":{"cost":1}}})");
  add_rule("dear", R"({"format":"jpg","actions":[{"resize":{"width":300}}],"policy":{"limits":{"cost":1000}}})");

  const auto refused = refusal(ask_for("cheap"));
  EXPECT_EQ(refused.code(), "too-costly");
  EXPECT_THAT(std::string(refused.what()), ::testing::HasSubstr("policy.limits.cost"));
  EXPECT_TRUE(deliver(ask_for("dear")).job);
}

}  // namespace
}  // namespace calotype::delivery
