#include "delivery/popular.h"

#include <gmock/gmock.h>

namespace calotype::delivery {
namespace {

Ask ask_of(const std::string& object) {
  Ask ask;
  ask.object = object;
  ask.known.any = true;
  return ask;
}

std::vector<std::string> objects(const std::vector<Ask>& asks) {
  std::vector<std::string> names;
  for (const auto& ask : asks) names.push_back(ask.object);
  return names;
}

class PopularTest : public testing::Test {
 protected:
  void note(const std::string& object, int times = 1) {
    for (int i = 0; i < times; ++i) popular_.note(rule_, Digest::of(object), ask_of(object), 1);
  }
  Popular popular_;
  RuleId rule_ = RuleId::random();
};

TEST_F(PopularTest, GivesWhatWasAskedForMostFirst) {
  note("a", 2);
  note("b", 5);
  note("c", 3);

  const auto asks = popular_.take(rule_);
  EXPECT_EQ(objects(asks), (std::vector<std::string>{"b", "c", "a"}));
  EXPECT_EQ(asks[0].weight, 5);
  EXPECT_EQ(asks[0].visitor.proof, Proof::own);
  EXPECT_FALSE(asks[0].known.any);
  EXPECT_THAT(popular_.take(rule_), testing::IsEmpty());
  EXPECT_THAT(popular_.take(RuleId::random()), testing::IsEmpty());
}

TEST_F(PopularTest, KeepsWhatIsAskedForOftenAmongManyThatAreNot) {
  for (int i = 0; i < 10'000; ++i) {
    note(std::to_string(i));
    if (i % 20 == 0) note("often");
    if (i % 10 == 0) note("oftener");
  }

  const auto asks = popular_.take(rule_);
  ASSERT_EQ(asks.size(), Popular::kAsks);
  EXPECT_EQ(asks[0].object, "oftener");
  EXPECT_EQ(asks[1].object, "often");
}

TEST_F(PopularTest, KeepsTheRulesThatWereAskedForLately) {
  std::vector<RuleId> rules;
  for (std::size_t i = 0; i <= Popular::kRules; ++i) {
    rules.push_back(RuleId::random());
    popular_.note(rules.back(), Digest::of("a"), ask_of("a"), 1);
    popular_.note(rules.front(), Digest::of("a"), ask_of("a"), 1);
  }

  EXPECT_THAT(popular_.take(rules[1]), testing::IsEmpty());
  EXPECT_THAT(popular_.take(rules[0]), testing::SizeIs(1));
  EXPECT_THAT(popular_.take(rules.back()), testing::SizeIs(1));
}

}  // namespace
}  // namespace calotype::delivery
