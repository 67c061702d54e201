#include "delivery/explanation.h"

#include <gmock/gmock.h>

#include "delivery/fixture.h"

namespace calotype::delivery {
namespace {

class ExplainTest : public DeliveryTest {
 protected:
  Explanation explain(Ask ask) { return run(delivery_->explain(ctx_, std::move(ask))); }
};

TEST_F(ExplainTest, SaysWhatDeliverThenDoes) {
  const auto before = explain(ask_for());
  const auto answer = deliver(ask_for());
  const auto after = explain(ask_for());

  EXPECT_EQ(before.key, answer.key);
  EXPECT_EQ(before.format, answer.format);
  EXPECT_EQ(before.rule, answer.rule);
  EXPECT_EQ(before.rule_name, "small");
  EXPECT_EQ(before.revision, 1);
  EXPECT_EQ(before.bucket->alias, "shop");
  ASSERT_TRUE(before.plan);
  EXPECT_EQ(before.plan->result, answer.rendition->size);
  EXPECT_FALSE(before.refusal);
  EXPECT_FALSE(before.kept);
  EXPECT_EQ(after.kept, Origin::memory);
  EXPECT_EQ(engine_.renders(), 1) << "nothing is made for it";
}

TEST_F(ExplainTest, FindsWhatOnlyTheDiskHas) {
  deliver(ask_for());
  memory_.emplace(kTierBytes);
  make_delivery();
  EXPECT_EQ(explain(ask_for()).kept, Origin::disk);
}

TEST_F(ExplainTest, TellsOfARefusalAndDoesNotThrowIt) {
  add_rule("marked", R"({"format":"jpg","watermark":{"id":"gone"},"actions":[{"resize":{"width":300}}]})");
  EXPECT_EQ(explain(ask_for("marked")).refusal->code(), "watermark-missing");
  add_rule("cut", R"({"format":"jpg","actions":[{"crop":{"left":5000,"top":0,"width":10,"height":10}}]})");
  const auto told = explain(ask_for("cut"));
  ASSERT_TRUE(told.refusal);
  EXPECT_EQ(told.refusal->code(), refusal(ask_for("cut")).code());
  EXPECT_FALSE(told.plan);
  EXPECT_THROW(explain(ask_for("none")), Error);
  EXPECT_THROW(explain(ask_for("small", "none.jpg")), Error);
}

TEST_F(ExplainTest, NamesWhatWouldStandIn) {
  add_rule("free", R"({"format":"jpg","params":{"w":{"type":"int","min":10,"max":1000,"default":100}},
                       "actions":[{"resize":{"width":"$w"}}]})");
  auto large = ask_for("free");
  large.parameters = {{"w", "900"}};
  const auto there = deliver(large);

  const auto told = explain(ask_for("free"));

  ASSERT_EQ(told.stand_ins.size(), 1U);
  EXPECT_EQ(told.stand_ins[0].key, there.key);
  EXPECT_EQ(told.stand_ins[0].kind, Degraded::larger);
}

TEST_F(ExplainTest, SaysWhyTheFormat) {
  add_rule("auto", R"({"format":"auto","actions":[{"resize":{"width":300}}]})");
  auto ask = ask_for("auto");
  ask.accepts = {.avif = false, .webp = true};
  const auto told = explain(ask);
  EXPECT_EQ(told.format, ImageFormat::webp);
  EXPECT_TRUE(told.varies.accept);
  EXPECT_EQ(told.format_reason, "the client takes webp; of what is left webp comes first");
  EXPECT_EQ(explain(ask_for()).format_reason, "the rule says jpg");
}

}  // namespace
}  // namespace calotype::delivery
