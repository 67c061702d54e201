#include "tenants/tagged_rules.h"

#include "tenants/fixture.h"

namespace calotype::tenants {
namespace {

class TaggedRulesTest : public TenantsTest {
 protected:
  static std::string body(const std::string& name, const std::string& tags) {
    return fmt::format(R"({{"name":"{}","policy":{{"cache":{{"tags":[{}]}}}}}})", name, tags);
  }
  StoredRule add(const std::string& name, const std::string& tags) {
    return run_task(tenants_.rules.add({}, domain_, body(name, tags)));
  }
  StoredRule revise(const StoredRule& latest, const std::string& tags) {
    return *run_task(tenants_.rules.revise({}, latest, body(latest.name, tags)));
  }
  bool is_tagged(const StoredRule& rule, const std::string& tag) {
    const auto found = run_task(rules_tagged(catalog_, {}, domain_.id, tag));
    return std::ranges::find(found, rule.id) != found.end();
  }
};

TEST_F(TaggedRulesTest, AreThoseWhoseLatestRevisionHasTheTag) {
  const auto ads = add("ads", R"("ads","front")");
  const auto other = add("other", R"("front2","Front")");
  const auto plain = run_task(tenants_.rules.add({}, domain_, R"({"name":"front"})"));

  EXPECT_TRUE(is_tagged(ads, "front"));
  EXPECT_FALSE(is_tagged(other, "front"));
  EXPECT_FALSE(is_tagged(plain, "front"));
}

TEST_F(TaggedRulesTest, AreThoseToWhoseTaggedRevisionALabelOrARolloutLeads) {
  const auto first = add("card", R"("old")");
  const auto latest = revise(revise(first, R"("middle")"), R"("new")");

  EXPECT_TRUE(is_tagged(first, "new"));
  EXPECT_FALSE(is_tagged(first, "old")) << "nothing leads there";
  run_task(tenants_.rules.put_label({}, latest, "live", 1));
  EXPECT_TRUE(is_tagged(first, "old"));
  EXPECT_FALSE(is_tagged(first, "middle"));
  run_task(tenants_.rules.roll_out({}, latest, {.from = 2, .percent = 10}));
  EXPECT_TRUE(is_tagged(first, "middle"));
}

TEST_F(TaggedRulesTest, HaveAnotherGenerationOnceTheTagIsPurged) {
  const auto ads = add("ads", R"("ads")");
  const auto other = add("other", R"("others")");

  const auto purge = run_task(tenants_.purges.ask({}, tenant_, {.tag = "ads"}));

  EXPECT_EQ(purge.scope, Purge::Scope::tag);
  EXPECT_EQ(purge.keys, List{"tag-ads"});
  EXPECT_EQ(run_task(catalog_.find_rule({}, domain_.id, ads.id))->generation, 1);
  EXPECT_EQ(run_task(catalog_.find_rule({}, domain_.id, other.id))->generation, 0);
}

}  // namespace
}  // namespace calotype::tenants
