#include <gtest/gtest.h>

#include "delivery/explanation.h"
#include "delivery/fixture.h"

/// Rules with conditions, and parameters that a client hint fills in.
namespace calotype::delivery {
namespace {

class Conditions : public DeliveryTest {
 protected:
  /// Asks with these hints.
  Ask hinted(const std::string& rule, ClientHints hints) {
    auto ask = ask_for(rule);
    ask.hints = hints;
    return ask;
  }
};

TEST_F(Conditions, PatchTheRuleByTheOriginal) {
  add_rule("by-size", R"({"format":"jpg","actions":[{"resize":{"width":300}}],
    "when":[{"if":{"source.width":{"lt":1000}},"set":{"actions":[{"resize":{"width":100}}]}}]})");
  add_object("little.jpg", ImageInfo{.size = {.width = 900, .height = 600}});

  EXPECT_EQ(deliver(ask_for("by-size")).rendition->size.width, 300);
  const auto little = deliver(ask_for("by-size", "little.jpg"));
  EXPECT_EQ(little.rendition->size.width, 100);
  EXPECT_EQ(little.varies, Varies{}) << "the address alone decides";
}

TEST_F(Conditions, VaryByWhatTheyAskTheClient) {
  add_rule("thrifty", R"({"format":"jpg","actions":[{"resize":{"width":300}}],
    "when":[{"if":{"client.saveData":{"eq":true}},"set":{"quality":40}}]})");

  const auto plain = deliver(hinted("thrifty", {}));
  const auto thrifty = deliver(hinted("thrifty", {.saves_data = true}));
  EXPECT_NE(plain.key, thrifty.key);
  EXPECT_TRUE(plain.varies.save_data && thrifty.varies.save_data);
  EXPECT_FALSE(plain.varies.accept || plain.varies.dpr);
}

TEST_F(Conditions, OfOneOutcomeShareOneRendition) {
  add_rule("sharp", R"({"format":"jpg","actions":[{"resize":{"width":300}}],
    "when":[{"if":{"client.dpr":{"gte":1.5}},"set":{"dpr":2}}]})");

  const auto two = deliver(hinted("sharp", {.dpr = 2.0}));
  const auto three = deliver(hinted("sharp", {.dpr = 3.0}));
  EXPECT_EQ(two.key, three.key);
  EXPECT_EQ(three.origin, Origin::memory);
  EXPECT_NE(deliver(hinted("sharp", {})).key, two.key);
}

TEST_F(Conditions, AskTheOwnersMetadata) {
  add_rule("marked", R"({"format":"jpg","actions":[{"resize":{"width":300}}],
    "when":[{"if":{"object.meta.sold":{"eq":"yes"}},"set":{"actions":[{"tone":{"grayscale":true}}]}}]})");
  auto object = add_object("sold.jpg", ImageInfo{.size = {.width = 800, .height = 600}});
  const auto before = deliver(ask_for("marked", "sold.jpg"));
  run(index_.set_metadata(ctx_, bucket_, "sold.jpg", std::nullopt, R"({"sold":"yes"})", clock_.now(), std::nullopt));
  delivery_->forget(bucket_, "sold.jpg");

  auto ask = ask_for("marked", "sold.jpg");
  ask.known.since = before.modified;
  const auto after = deliver(ask);
  EXPECT_NE(after.key, before.key);
  EXPECT_TRUE(after.rendition) << "no date tells that the metadata changed";
}

TEST_F(Conditions, AreExplained) {
  add_rule("told", R"({"format":"jpg","actions":[{"resize":{"width":300}}],"when":[
    {"if":{"source.width":{"lt":10}},"set":{"quality":40}},
    {"if":{"client.accepts":{"eq":"avif"}},"set":{"format":"avif"}}]})");
  auto ask = ask_for("told");
  ask.accepts.avif = true;

  const auto told = run(delivery_->explain(ctx_, ask));
  EXPECT_EQ(told.holding, 2);
  EXPECT_EQ(told.format, ImageFormat::avif);
  EXPECT_TRUE(told.varies.accept);
}

TEST_F(Conditions, HintsFillInWhatTheAddressDoesNotSay) {
  add_rule("grid", R"({"format":"jpg","actions":[{"resize":{"width":"$w"}}],"params":{"w":
    {"type":"int","min":100,"max":500,"step":100,"default":300,"signed":false,"hint":"width"}}})");

  const auto hint = deliver(hinted("grid", {.width = 187}));
  EXPECT_EQ(hint.rendition->size.width, 200) << "on the rule's own grid";
  EXPECT_TRUE(hint.varies.width);
  EXPECT_EQ(deliver(hinted("grid", {.width = 99'999})).rendition->size.width, 500);
  EXPECT_EQ(deliver(hinted("grid", {})).rendition->size.width, 300);

  auto said = hinted("grid", {.width = 187});
  said.parameters = {{"w", "400"}};
  const auto answer = deliver(said);
  EXPECT_EQ(answer.rendition->size.width, 400);
  EXPECT_EQ(answer.varies, Varies{}) << "the address says it";
}

}  // namespace
}  // namespace calotype::delivery
