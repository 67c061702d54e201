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

}  // namespace calotype::delivery
