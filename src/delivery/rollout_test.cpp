#include "delivery/fixture.h"

namespace calotype::delivery {
namespace {

class RolloutTest : public DeliveryTest {
 protected:
  static constexpr int kObjects = 200;

  RolloutTest() {
    id_ = add_rule("card", R"({"format":"jpg","actions":[{"resize":{"width":300}}]})");
    for (int i = 0; i < kObjects; ++i) add_object(name(i), ImageInfo{.size = {.width = 1200, .height = 800}});
    const StoredRule next{.id = id_,
                          .tenant = tenant_,
                          .domain = domain_,
                          .name = "card",
                          .revision = 2,
                          .body = R"({"format":"jpg","actions":[{"resize":{"width":600}}]})",
                          .created = clock_.now()};
    run(catalog_.add_revision(ctx_, next));
  }

  static std::string name(int i) { return "picture " + std::to_string(i) + ".jpg"; }

  void roll_out(std::optional<RuleRollout> rollout) {
    ASSERT_TRUE(run(catalog_.set_rollout(ctx_, domain_, id_, rollout, clock_.now())));
    delivery_->forget_settings();
  }

  /// Which objects come as the second revision makes them.
  std::vector<int> with_the_latest(const std::string& rule = "card") {
    std::vector<int> found;
    for (int i = 0; i < kObjects; ++i) {
      if (deliver(ask_for(rule, name(i))).rendition->size.width == 600) found.push_back(i);
    }
    return found;
  }

  RuleId id_;
};

TEST_F(RolloutTest, TheLatestRevisionIsForAllByItself) { EXPECT_EQ(with_the_latest().size(), kObjects); }

TEST_F(RolloutTest, APercentageOfTheObjectsHasTheLatest) {
  roll_out(RuleRollout{.from = 1, .percent = 20});
  const auto some = with_the_latest();
  EXPECT_NEAR(static_cast<double>(some.size()), kObjects * 0.2, 20);
  EXPECT_EQ(with_the_latest(), some) << "the same ones every time";

  roll_out(RuleRollout{.from = 1, .percent = 50});
  const auto more = with_the_latest();
  EXPECT_NEAR(static_cast<double>(more.size()), kObjects * 0.5, 25);
  EXPECT_TRUE(std::ranges::includes(more, some)) << "nobody goes back";
}

TEST_F(RolloutTest, NoneAndAllAreExact) {
  roll_out(RuleRollout{.from = 1, .percent = 0});
  EXPECT_TRUE(with_the_latest().empty());
  roll_out(RuleRollout{.from = 1, .percent = 100});
  EXPECT_EQ(with_the_latest().size(), kObjects);
  roll_out(std::nullopt);
  EXPECT_EQ(with_the_latest().size(), kObjects);
}

TEST_F(RolloutTest, ARevisionThatIsNamedIsThatOne) {
  roll_out(RuleRollout{.from = 1, .percent = 0});
  EXPECT_EQ(with_the_latest("card@2").size(), kObjects);
  roll_out(RuleRollout{.from = 1, .percent = 100});
  EXPECT_TRUE(with_the_latest("card@1").empty());
}

TEST_F(RolloutTest, OnlyFromARevisionThatThereIs) {
  EXPECT_FALSE(run(catalog_.set_rollout(ctx_, domain_, id_, RuleRollout{.from = 9, .percent = 5}, clock_.now())));
  EXPECT_FALSE(run(catalog_.set_rollout(ctx_, domain_, RuleId::random(), std::nullopt, clock_.now())));
}

}  // namespace
}  // namespace calotype::delivery
