#include "lifecycle/prewarming.h"

#include <gtest/gtest.h>

#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_event_outbox.h"
#include "core/error.h"
#include "core/fake_clock.h"
#include "support/run_task.h"

namespace calotype::lifecycle {
namespace {

using Lines = std::vector<std::string>;

class PrewarmingTest : public ::testing::Test {
 protected:
  PrewarmingTest() {
    const Tenant owner{.id = tenant_, .name = "acme", .created = clock_.now()};
    const AccessKey key{.id = AccessKeyId::random(), .tenant = tenant_, .created = clock_.now()};
    run_task(catalog_.add_tenant({}, owner, key));
    run_task(catalog_.add_domain({}, {.id = domain_, .tenant = tenant_, .name = "news", .created = clock_.now()}));
    run_task(catalog_.add_bucket(
        {}, {.id = bucket_, .tenant = tenant_, .domain = domain_, .alias = "shop", .created = clock_.now()}));
    cursor_ = step().cursor;
  }

  RuleId add_rule(const std::string& name, const std::string& policy) {
    const StoredRule rule{.id = RuleId::random(),
                          .tenant = tenant_,
                          .domain = domain_,
                          .name = name,
                          .body = R"({"policy":)" + policy + "}",
                          .created = clock_.now()};
    run_task(catalog_.add_rule({}, rule));
    names_[rule.id] = name;
    return rule.id;
  }
  void happen(const std::string& type, const std::string& subject) {
    outbox_.append({.tenant = tenant_, .type = type, .subject = subject, .data = "{}", .when = clock_.now()});
  }
  void store(const std::string& object) {
    happen("object.created", "buckets/" + bucket_.text() + "/objects/" + object);
  }

  Making making(std::string line) {
    return [this, line = std::move(line)](Context) { return make(line); };
  }
  Task<> make(std::string line) {
    made_.push_back(line);
    room_ -= 1;
    if (line == fails_) throw Error(Fault::unprocessable, "broken");
    co_return;
  }

  Step step() { return run_task(chore_.step({}, cursor_)); }
  /// Until there is no more to do now.
  void run() {
    for (auto done = step();; done = step()) {
      cursor_ = done.cursor;
      if (!done.has_more) break;
    }
  }
  Lines made() { return std::exchange(made_, {}); }
  Chore chore() {
    return prewarming(
        {.events = outbox_,
         .catalog = catalog_,
         .clock = clock_,
         .metrics = metrics_,
         .upload = [this](const Bucket& bucket, const std::string& object,
                          RuleId rule) { return making(bucket.alias + " " + object + " " + names_[rule]); },
         .popular =
             [this](RuleId rule) {
               std::vector<Making> all;
               for (const auto& line : popular_[rule]) all.push_back(making(line));
               return all;
             },
         .has_room = [this] { return room_ > 0; }});
  }

  FakeClock clock_;
  telemetry::Metrics metrics_;
  TenantId tenant_ = TenantId::random();
  DomainId domain_ = DomainId::random();
  BucketId bucket_ = BucketId::random();
  MemoryCatalog catalog_;
  MemoryEventOutbox outbox_;
  std::map<RuleId, std::string> names_;
  std::map<RuleId, Lines> popular_;
  Lines made_;
  std::string fails_;
  int room_ = 1000;
  std::string cursor_;
  Chore chore_ = chore();
};

TEST_F(PrewarmingTest, MakesWhatIsStoredByTheRulesThatWantIt) {
  add_rule("thumb", R"({"prewarm":"upload"})");
  add_rule("large", R"({"prewarm":"upload","access":{"prefixes":["cars/"]}})");
  add_rule("other", R"({"prewarm":"upload","access":{"buckets":["blog"]}})");
  add_rule("plain", R"({"prewarm":"publish"})");
  store("cars/a b.jpg");
  store("boats/a.jpg");
  happen("object.deleted", "buckets/" + bucket_.text() + "/objects/c.jpg");
  happen("object.created", "buckets/" + BucketId::random().text() + "/objects/d.jpg");
  run();

  EXPECT_EQ(made(), (Lines{"shop cars/a b.jpg thumb", "shop cars/a b.jpg large", "shop boats/a.jpg thumb"}));
  run();
  EXPECT_EQ(made(), Lines{});
}

TEST_F(PrewarmingTest, KnowsOfANewRuleFromItsEvent) {
  store("a");
  run();
  const auto rule = add_rule("thumb", R"({"prewarm":"upload"})");
  happen("rule.created", "domains/" + domain_.text() + "/rules/" + rule.text());
  store("b");
  run();

  EXPECT_EQ(made(), Lines{"shop b thumb"});
}

TEST_F(PrewarmingTest, BeginsWithWhatHappensFromThenOn) {
  add_rule("thumb", R"({"prewarm":"upload"})");
  store("old.jpg");
  cursor_ = "";
  run();
  store("new.jpg");
  run();

  EXPECT_EQ(made(), Lines{"shop new.jpg thumb"});
}

TEST_F(PrewarmingTest, MakesWhatIsAskedForMostWhereARuleHasChanged) {
  const auto rule = add_rule("listing", R"({"prewarm":"publish"})");
  popular_[rule] = {"first", "second"};
  happen("rule.changed", "domains/" + domain_.text() + "/rules/" + rule.text());
  happen("rule.deleted", "domains/" + domain_.text() + "/rules/" + rule.text());
  run();

  EXPECT_EQ(made(), (Lines{"first", "second"}));
}

TEST_F(PrewarmingTest, WaitsWhereThereIsNoRoom) {
  add_rule("thumb", R"({"prewarm":"upload"})");
  store("a");
  store("b");
  room_ = 1;
  run();
  EXPECT_EQ(made(), Lines{"shop a thumb"});
  const auto before = cursor_;
  run();
  EXPECT_EQ(made(), Lines{});
  EXPECT_EQ(cursor_, before);
  room_ = 9;
  run();
  EXPECT_EQ(made(), Lines{"shop b thumb"});
}

TEST_F(PrewarmingTest, GoesOnAfterARestartWhereItWas) {
  add_rule("thumb", R"({"prewarm":"upload"})");
  add_rule("large", R"({"prewarm":"upload"})");
  store("a");
  store("b");
  room_ = 3;
  run();
  ASSERT_EQ(made().size(), 3U);
  chore_ = chore();
  room_ = 9;
  run();

  EXPECT_EQ(made().size(), 2U) << "both of b: one is in the caches already";
}

TEST_F(PrewarmingTest, LeavesWhatIsLateAndGoesOnBehindWhatFails) {
  add_rule("thumb", R"({"prewarm":"upload"})");
  store("late");
  clock_.advance(Seconds(601));
  store("broken");
  store("fine");
  fails_ = "shop broken thumb";
  run();

  EXPECT_EQ(made(), (Lines{"shop broken thumb", "shop fine thumb"}));
}

}  // namespace
}  // namespace calotype::lifecycle
