#include "tenants/rule_book.h"

#include "tenants/fixture.h"

namespace calotype::tenants {
namespace {

class RuleBookTest : public TenantsTest {
 protected:
  StoredRule add(const std::string& name, int width = 100) {
    return run_task(book().add({}, domain_, body(name, width)));
  }
  static std::string body(const std::string& name, int width) {
    return fmt::format(R"({{"name":"{}","actions":[{{"resize":{{"width":{}}}}}]}})", name, width);
  }
  std::optional<StoredRule> revise(const StoredRule& latest, int width) {
    clock_.advance(Seconds(1));
    return run_task(book().revise({}, latest, body(latest.name, width)));
  }
  int revision_of(const std::string& reference) {
    const auto found = run_task(book().find({}, domain_, reference));
    return found ? found->revision : 0;
  }
  RuleBook& book() { return tenants_.rules; }
};

TEST_F(RuleBookTest, FindsARevisionByNumberAndLabel) {
  const auto first = add("card");
  const auto second = revise(first, 200);
  ASSERT_TRUE(second);
  run_task(book().put_label({}, *second, "live", 1));

  EXPECT_EQ(revision_of("card"), 2);
  EXPECT_EQ(revision_of("card@1"), 1);
  EXPECT_EQ(revision_of("card@2"), 2);
  EXPECT_EQ(revision_of("card@live"), 1);
  EXPECT_EQ(revision_of(first.id.text() + "@live"), 1);
  for (const auto* none : {"card@3", "card@beta", "card@", "@1", "Card", "card@01"})
    EXPECT_EQ(revision_of(none), 0) << none;
}

TEST_F(RuleBookTest, ChangesOnlyTheLatestRevision) {
  const auto first = add("card");
  const auto second = revise(first, 200);

  EXPECT_EQ(revise(first, 300), std::nullopt) << "somebody was faster";
  EXPECT_EQ(second->created, clock_.now() - Seconds(1));
  EXPECT_EQ(revise(*second, 300)->revision, 3);
  EXPECT_EQ(problems_of(book().require_bare({}, domain_, "card@1")), List{"revision-is-fixed"});
  EXPECT_EQ(problems_of(book().require_bare({}, domain_, "none")), List{"missing"});
}

TEST_F(RuleBookTest, KeepsTheNameOfARule) {
  const auto first = add("card");

  EXPECT_EQ(problems_of(book().revise({}, first, body("other", 1))), List{"/name"});
  EXPECT_EQ(problems_of(book().revise({}, first, R"({"quality":101})")), List{"/quality"});
  EXPECT_EQ(run_task(book().revise({}, first, R"({"quality":10})"))->name, "card");
}

TEST_F(RuleBookTest, RollsBackByANewRevision) {
  const auto first = add("card", 100);
  const auto second = revise(first, 200);
  const auto third = run_task(book().roll_back({}, *second, 1));

  ASSERT_TRUE(third);
  EXPECT_EQ(third->revision, 3);
  EXPECT_EQ(third->body, first.body);
  EXPECT_EQ(third->hash, first.hash);
  EXPECT_EQ(run_task(book().roll_back({}, *second, 1)), std::nullopt);
  EXPECT_EQ(problems_of(book().roll_back({}, *third, 9)), List{"missing"});
}

TEST_F(RuleBookTest, ComparesRevisions) {
  const auto first = add("card", 100);
  const auto second = revise(first, 200);
  const auto difference = run_task(book().compare({}, first, *second));

  ASSERT_EQ(difference.changes.size(), 1U);
  EXPECT_EQ(difference.changes[0].pointer, "/actions/0/resize/width");
}

TEST_F(RuleBookTest, ChecksLabels) {
  const auto rule = add("card");

  EXPECT_EQ(problems_of(book().put_label({}, rule, "7", 1)), List{""});
  EXPECT_EQ(problems_of(book().put_label({}, rule, "live", 2)), List{"/revision"});
  EXPECT_EQ(problems_of(book().remove_label({}, rule, "live")), List{"missing"});
  for (std::size_t i = 0; i < kLabels; ++i) run_task(book().put_label({}, rule, fmt::format("l{}", i), 1));
  EXPECT_EQ(problems_of(book().put_label({}, rule, "more", 1)), List{""});
  EXPECT_EQ(problems_of(book().put_label({}, rule, "l0", 1)), List{}) << "one that is there is moved";
  EXPECT_EQ(run_task(book().revisions({}, rule, std::nullopt))[0].labels.size(), kLabels);
}

TEST_F(RuleBookTest, KeepsTheDefaultRuleOfABucket) {
  const auto rule = add("card");
  const auto bucket = run_task(tenants_.buckets.add({}, domain_, {.alias = "pictures", .default_rule = "card@1"}));

  EXPECT_EQ(problems_of(book().remove({}, rule)), List{"in-use"});
  run_task(tenants_.buckets.change({}, bucket, {.default_rule = rule.id.text()}));
  EXPECT_EQ(problems_of(book().remove({}, rule)), List{"in-use"});
  run_task(tenants_.buckets.change({}, bucket, {.default_rule = ""}));
  EXPECT_EQ(problems_of(book().remove({}, rule)), List{});
  EXPECT_EQ(problems_of(book().remove({}, rule)), List{"missing"});
}

TEST_F(RuleBookTest, RehearsesARule) {
  const auto document =
      rules::parse(R"({"format":"auto","actions":[{"resize":{"width":30}}],"watermark":{"id":"logo"}})");
  Object object{.tenant = tenant_, .name = "a.jpg", .info = ImageInfo{.size = {.width = 120, .height = 80}}};
  const auto rehearse = [&] {
    return run_task(tenants_.rehearsals.rehearse({}, domain_.id, document, object, {.webp = true}));
  };

  EXPECT_EQ(rehearse().refusal->code(), "watermark-missing");
  run_task(tenants_.watermarks.add({}, domain_, "logo", Bytes::from(mark())));
  const auto good = rehearse();
  ASSERT_FALSE(good.refusal) << good.refusal->what();
  EXPECT_EQ(good.plan.result, (Size{.width = 30, .height = 20}));
  EXPECT_EQ(good.plan.output.format, ImageFormat::webp);
  EXPECT_FALSE(good.steps.empty());
  object.info->size = {.width = 20'000, .height = 20'000};
  EXPECT_EQ(rehearse().refusal->code(), "image-too-large");
  object.info = std::nullopt;
  EXPECT_EQ(rehearse().refusal->code(), "not-a-picture");
  EXPECT_GT(tenants_.rehearsals.rehearse_photo(document).plan.budget.cost, 0);
}

}  // namespace
}  // namespace calotype::tenants
