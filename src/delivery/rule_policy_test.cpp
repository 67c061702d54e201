#include "delivery/fixture.h"

/// What a rule's policy changes in how its renditions are made and kept.
namespace calotype::delivery {

namespace {

std::string with_policy(const std::string& policy,
                        const std::string& more = R"("actions":[{"resize":{"width":300}}])") {
  return R"({"format":"jpg",)" + more + R"(,"policy":)" + policy + "}";
}

}  // namespace

class RulePolicyTest : public DeliveryTest {
 protected:
  /// The code of its refusal, and what it says.
  std::string refused(Ask ask) {
    const auto error = refusal(std::move(ask));
    EXPECT_EQ(error.fault(), Fault::unprocessable) << error.what();
    return error.code() + ": " + error.what();
  }
};

TEST_F(RulePolicyTest, RefusesWhatIsOverARulesLimitAndNamesIt) {
  add_rule("pixels", with_policy(R"({"limits":{"sourcePixels":959999}})"));
  add_rule("bytes", with_policy(R"({"limits":{"bytes":15}})"));
  add_rule("result", with_policy(R"({"limits":{"outputPixels":59999}})"));

  EXPECT_EQ(refused(ask_for("pixels")),
            "image-too-large: render a jpg of 1200x800: the limit is 959999 (the rule's policy.limits.sourcePixels)");
  EXPECT_EQ(refused(ask_for("bytes")),
            "image-too-large: render a file of 16 bytes: the limit is 15 (the rule's policy.limits.bytes)");
  EXPECT_EQ(refused(ask_for("result")),
            "result-too-large: render 300x200: the limit is 59999 (the rule's policy.limits.outputPixels)");
  EXPECT_EQ(engine_.renders(), 0);
}

TEST_F(RulePolicyTest, TakesWhatIsJustAtItsLimits) {
  add_rule("exact", with_policy(R"({"limits":{"sourcePixels":960000,"outputPixels":60000,"bytes":16,"frames":1}})"));

  EXPECT_EQ(deliver(ask_for("exact")).origin, Origin::rendered);
}

TEST_F(RulePolicyTest, RefusesAnAnimationOfTooManyFrames) {
  add_object(
      "long.gif",
      ImageInfo{.format = ImageFormat::gif, .size = {.width = 100, .height = 100}, .frames = 30, .is_animated = true});
  add_rule("short", R"({"format":"gif","policy":{"limits":{"frames":29}}})");
  add_rule("still", R"({"format":"jpg","policy":{"limits":{"frames":29}}})");

  EXPECT_EQ(refused(ask_for("short", "long.gif")),
            "animation-too-long: render 30 frames: the limit is 29 (the rule's policy.limits.frames)");
  EXPECT_NO_THROW(deliver(ask_for("still", "long.gif")));
}

TEST_F(RulePolicyTest, RefusesAlsoWhatAnotherRuleHasMade) {
  add_rule("strict", with_policy(R"({"limits":{"outputPixels":1000}})"));
  const auto made = deliver(ask_for("small"));
  auto known = ask_for("strict");
  known.known.keys = {made.key};

  EXPECT_EQ(refusal(known).code(), "result-too-large");
  EXPECT_EQ(deliver(ask_for("small")).origin, Origin::memory) << "and the other one goes on";
}

TEST_F(RulePolicyTest, ServesTheLastGoodOneWhereItsRuleSaysSo) {
  const auto later = [&](const std::string& name, const std::string& policy) {
    const auto id = add_rule(name, with_policy(policy));
    const auto good = deliver(ask_for(name));
    StoredRule next{.id = id,
                    .tenant = tenant_,
                    .domain = domain_,
                    .name = name,
                    .revision = 2,
                    .body = with_policy(policy, R"("quality":11)"),
                    .created = clock_.now()};
    EXPECT_TRUE(run(catalog_.add_revision(ctx_, next)));
    delivery_->forget_settings();
    return good.key;
  };
  const auto good = later("careful", R"({"onError":{"mode":"lastGood"}})");
  later("plain", "{}");
  engine_.fail(Fault::unprocessable, "broken", -1);

  const auto shown = deliver(ask_for("careful"));
  EXPECT_EQ(shown.key, good);
  EXPECT_EQ(shown.degraded, Degraded::last_good);
  EXPECT_EQ(shown.failure->code(), "broken");
  EXPECT_TRUE(shown.rendition);
  EXPECT_EQ(refusal(ask_for("plain")).code(), "broken");
  EXPECT_EQ(refusal(ask_for("careful@2")).code(), "broken") << "it means that one for ever";
}

TEST_F(RulePolicyTest, ServesTheLastGoodOneWhereAWatermarkHasGone) {
  const auto mark = add_watermark("logo");
  const std::string marked = R"("watermark":{"id":"asset:logo"})";
  add_rule("marked", with_policy(R"({"onError":{"mode":"lastGood"}})", marked));
  add_rule("plain", with_policy("{}", marked));
  const auto good = deliver(ask_for("marked"));
  run(catalog_.remove_watermark(ctx_, domain_, mark, clock_.now()));
  delivery_->forget_settings();

  auto again = ask_for("marked");
  again.known.since = WallTime::max();
  const auto shown = deliver(again);
  EXPECT_EQ(shown.key, good.key);
  EXPECT_EQ(shown.failure->code(), "watermark-missing");
  EXPECT_EQ(refusal(ask_for("plain")).code(), "watermark-missing");
  EXPECT_EQ(refusal(ask_for("marked", "none.jpg")).code(), "no-such-object");
}

TEST_F(RulePolicyTest, ShowsAWatermarkAsIfItWereAnObject) {
  add_watermark("grey");
  auto ask = ask_for("small", "none.jpg");
  ask.mark = "grey";

  EXPECT_EQ(deliver(ask).origin, Origin::rendered);
  ask.mark = "none";
  EXPECT_EQ(refusal(ask).code(), "no-such-object");
}

TEST_F(RulePolicyTest, KeepsNothingOfARuleThatSaysNever) {
  add_rule("tile", with_policy(R"({"cache":{"store":"never"}})", R"("quality":21)"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(deliver(ask_for("tile")).origin, Origin::passed);
  EXPECT_EQ(engine_.renders(), 3);
  EXPECT_EQ(deliver(ask_for("small")).origin, Origin::rendered) << "and the other one goes on";
}

TEST_F(RulePolicyTest, KeepsWhatIsMadeForTheSecondTime) {
  add_rule("tile", with_policy(R"({"cache":{"store":"second-hit"}})", R"("quality":22)"));
  add_object("dog.jpg", ImageInfo{.size = {.width = 900, .height = 600}});

  EXPECT_EQ(deliver(ask_for("tile")).origin, Origin::passed);
  EXPECT_EQ(deliver(ask_for("tile", "dog.jpg")).origin, Origin::passed) << "another one";
  EXPECT_EQ(deliver(ask_for("tile")).origin, Origin::rendered);
  EXPECT_EQ(deliver(ask_for("tile")).origin, Origin::memory);
}

}  // namespace calotype::delivery
