#include <gmock/gmock.h>

#include "delivery/fixture.h"

namespace calotype::delivery {
namespace {

class DegradeTest : public DeliveryTest {
 protected:
  /// Makes the next revision of a rule, which is in force at once.
  void revise(RuleId id, const std::string& name, int revision, const std::string& body) {
    const StoredRule next{.id = id,
                          .tenant = tenant_,
                          .domain = domain_,
                          .name = name,
                          .revision = revision,
                          .body = body,
                          .hash = Digest::of(body),
                          .created = clock_.now()};
    ASSERT_TRUE(run(catalog_.add_revision(ctx_, next)));
    delivery_->forget_settings();
  }
};

constexpr auto kCard = R"({"format":"jpg","actions":[{"resize":{"width":300}}]})";
constexpr auto kNewCard = R"({"format":"jpg","actions":[{"resize":{"width":300}},{"tone":{"grayscale":true}}]})";
constexpr auto kFree =
    R"({"format":"jpg","params":{"w":{"type":"int","min":10,"max":1200,"default":300,"signed":false}},)"
    R"("actions":[{"resize":{"width":"$w"}}]})";

TEST_F(DegradeTest, ServesWhatThePreviousRevisionMadeWhereThereIsNoCapacity) {
  const auto id = add_rule("card", kCard);
  const auto before = deliver(ask_for("card"));
  revise(id, "card", 2, kNewCard);
  engine_.fail(Fault::unavailable, "busy", 1);

  const auto degraded = deliver(ask_for("card"));
  const auto after = deliver(ask_for("card"));

  EXPECT_EQ(degraded.degraded, Degraded::stale);
  EXPECT_EQ(degraded.key, before.key);
  EXPECT_EQ(degraded.rendition->body.text(), before.rendition->body.text());
  EXPECT_EQ(after.degraded, Degraded::no);
  EXPECT_NE(after.key, before.key);
  EXPECT_THAT(metrics_.exposition(), ::testing::HasSubstr("calotype_delivery_degraded_total{kind=\"stale\"} 1"));
}

TEST_F(DegradeTest, DoesSoFromTheDisk) {
  const auto id = add_rule("card", kCard);
  const auto before = deliver(ask_for("card"));
  revise(id, "card", 2, kNewCard);
  memory_.emplace(kTierBytes);
  make_delivery();
  engine_.fail(Fault::throttled, "too-many-waiting", 1);

  EXPECT_EQ(deliver(ask_for("card")).key, before.key);
}

TEST_F(DegradeTest, ServesALargerOneThatShowsTheSame) {
  add_rule("free", kFree);
  auto large = ask_for("free");
  large.parameters = {{"w", "900"}};
  const auto made = deliver(large);
  engine_.fail(Fault::unavailable, "busy", -1);

  auto small = ask_for("free");
  small.parameters = {{"w", "200"}};
  const auto answer = deliver(small);

  EXPECT_EQ(answer.degraded, Degraded::larger);
  EXPECT_EQ(answer.key, made.key);
  auto larger = ask_for("free");
  larger.parameters = {{"w", "1000"}};
  EXPECT_EQ(refusal(larger).code(), "busy") << "a smaller one is no substitute";
}

TEST_F(DegradeTest, NeverServesWhatShowsMore) {
  add_rule("blurred",
           R"({"format":"jpg","actions":[{"blurAreas":{"areas":[{"left":0,"top":0,"width":90,"height":90}]}},)"
           R"({"resize":{"width":200}}]})");
  deliver(ask_for("small"));
  engine_.fail(Fault::unavailable, "busy", -1);

  EXPECT_EQ(refusal(ask_for("blurred")).code(), "busy");
}

TEST_F(DegradeTest, NeverServesAnotherRulesLargerOne) {
  add_rule("large", R"({"format":"jpg","actions":[{"resize":{"width":1000}}]})");
  deliver(ask_for("large"));
  engine_.fail(Fault::unavailable, "busy", -1);

  EXPECT_EQ(refusal(ask_for("small")).code(), "busy") << "who may have the one may not have the other";
}

TEST_F(DegradeTest, NeverServesWhatAnotherHadSigned) {
  auto signed_for = ask_for();
  signed_for.rule.clear();
  signed_for.dynamic_rule = R"({"format":"jpg","actions":[{"resize":{"width":1000}}]})";
  deliver(signed_for);
  engine_.fail(Fault::unavailable, "busy", -1);

  EXPECT_EQ(refusal(ask_for("small")).code(), "busy");
  auto other = signed_for;
  other.dynamic_rule = R"({"format":"jpg","actions":[{"resize":{"width":100}}]})";
  EXPECT_EQ(refusal(other).code(), "busy");
}

TEST_F(DegradeTest, NeverServesALargerOneOfAPrivateBucket) {
  add_rule("free", kFree);
  run(catalog_.change_bucket(ctx_, bucket_, {.is_private = true, .when = clock_.now()}, {}));
  delivery_->forget_settings();
  auto ask = ask_for("free");
  ask.visitor.proof = Proof::signature;
  auto large = ask;
  large.parameters = {{"w", "900"}};
  deliver(large);
  engine_.fail(Fault::unavailable, "busy", -1);

  EXPECT_EQ(refusal(ask).code(), "busy") << "the address that was signed says how large";
}

TEST_F(DegradeTest, ServesNoOtherRevisionForOneThatIsNamed) {
  const auto id = add_rule("card", kCard);
  deliver(ask_for("card"));
  revise(id, "card", 2, kNewCard);
  engine_.fail(Fault::unavailable, "busy", -1);

  EXPECT_EQ(refusal(ask_for("card@2")).code(), "busy") << "it means that one for ever";
  EXPECT_EQ(deliver(ask_for("card")).degraded, Degraded::stale);
}

TEST_F(DegradeTest, SaysThatTheClientHasTheSubstituteAlready) {
  const auto id = add_rule("card", kCard);
  const auto before = deliver(ask_for("card"));
  revise(id, "card", 2, kNewCard);
  engine_.fail(Fault::unavailable, "busy", -1);

  auto again = ask_for("card");
  again.known.keys = {before.key};
  const auto answer = deliver(again);

  EXPECT_EQ(answer.degraded, Degraded::stale);
  EXPECT_FALSE(answer.rendition);
}

TEST_F(DegradeTest, FailsAsBeforeWhereThePictureIsToBlame) {
  const auto id = add_rule("card", kCard);
  deliver(ask_for("card"));
  revise(id, "card", 2, kNewCard);
  engine_.fail(Fault::unprocessable, "image-damaged", 1);

  EXPECT_EQ(refusal(ask_for("card")).code(), "image-damaged");
}

TEST_F(DegradeTest, ShowsThePreviousRevisionWhileTheNewOneTakesLong) {
  const auto id = add_rule("card", kCard);
  make_delivery({.patience = Milliseconds(20)});
  const auto before = deliver(ask_for("card"));
  revise(id, "card", 2, kNewCard);
  engine_.delay(Milliseconds(200));

  const auto meanwhile = deliver(ask_for("card"));
  engine_.delay(Milliseconds(0));
  const auto after = deliver(ask_for("card"));

  EXPECT_EQ(meanwhile.degraded, Degraded::stale);
  EXPECT_EQ(meanwhile.key, before.key);
  EXPECT_EQ(after.degraded, Degraded::no);
  EXPECT_EQ(after.origin, Origin::memory) << "it was made meanwhile";
  EXPECT_EQ(engine_.renders(), 2);
}

TEST_F(DegradeTest, WaitsForTheNewOneWhereThereIsNothingElse) {
  make_delivery({.patience = Milliseconds(20)});
  engine_.delay(Milliseconds(100));

  const auto answer = deliver(ask_for());

  EXPECT_EQ(answer.degraded, Degraded::no);
  EXPECT_EQ(answer.origin, Origin::rendered) << "by itself, however long it took";
  EXPECT_EQ(engine_.renders(), 1);
}

TEST_F(DegradeTest, ShowsNothingFromBeforeAnObjectWasUncached) {
  const auto id = add_rule("card", kCard);
  deliver(ask_for("card"));
  ASSERT_TRUE(run(index_.uncache(ctx_, bucket_, "cat.jpg", clock_.now())));
  delivery_->forget(bucket_, "cat.jpg");
  revise(id, "card", 2, kNewCard);
  engine_.fail(Fault::unavailable, "busy", -1);

  EXPECT_EQ(refusal(ask_for("card")).code(), "busy");
}

TEST_F(DegradeTest, DropsARenditionFromEveryTier) {
  const auto object = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  deliver(ask_for("small", "dog.jpg"));
  deliver(ask_for());

  EXPECT_EQ(run(delivery_->drop(ctx_, tenant_, object.content)), 1U);

  EXPECT_EQ(memory_->count(), 1U);
  EXPECT_EQ(disk_->count(), 1U);
  EXPECT_EQ(deliver(ask_for("small", "dog.jpg")).origin, Origin::rendered);
  EXPECT_EQ(deliver(ask_for()).origin, Origin::memory);
}

TEST_F(DegradeTest, KeepsNothingOfWhatWasDroppedWhileItWasMade) {
  const auto object = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  engine_.hold();
  std::optional<Answer> answer;
  boost::asio::co_spawn(loop_, delivery_->deliver(ctx_, ask_for("small", "dog.jpg")),
                        [&](std::exception_ptr thrown, Answer given) {
                          if (!thrown) answer = std::move(given);
                        });
  boost::asio::co_spawn(
      loop_,
      [](FakeEngine& engine, Delivery& delivery, TenantId tenant, ContentHash content) -> Task<> {
        while (engine.running() == 0) co_await sleep_until(std::chrono::steady_clock::now());
        co_await delivery.drop({}, tenant, content);
        engine.release();
      }(engine_, *delivery_, tenant_, object.content),
      [](std::exception_ptr) {});
  run_loop();

  ASSERT_TRUE(answer && answer->rendition) << "who asked before gets it";
  EXPECT_EQ(memory_->count(), 0U);
  EXPECT_EQ(disk_->count(), 0U);
}

}  // namespace
}  // namespace calotype::delivery
