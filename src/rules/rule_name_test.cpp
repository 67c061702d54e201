#include "rules/rule_name.h"

#include <gtest/gtest.h>

namespace calotype::rules {
namespace {

TEST(RuleName, HasARevisionOrALabelBehindItsAt) {
  EXPECT_EQ(read_rule_name("listing"), (RuleName{.rule = "listing", .revision = {}, .label = {}}));
  EXPECT_EQ(read_rule_name("listing@7"), (RuleName{.rule = "listing", .revision = 7, .label = {}}));
  EXPECT_EQ(read_rule_name("listing@live"), (RuleName{.rule = "listing", .revision = {}, .label = "live"}));
  EXPECT_EQ(read_rule_name("a@999999999")->revision, 999'999'999);
  EXPECT_EQ(read_rule_name("a@r2")->label, "r2");
  EXPECT_TRUE(read_rule_name("a")->is_bare());
}

TEST(RuleName, IsNothingElse) {
  for (const auto* bad : {"", "@", "@1", "a@", "a@0", "a@07", "a@-1", "a@+1", "a@1.0", "a@1000000000", "a@Live", "a@-x",
                          "a@x y", "a@@x", "a@x@1", "a@7x", "a@\xc3\xa9"}) {
    EXPECT_EQ(read_rule_name(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(read_rule_name(std::string(65, 'a')), std::nullopt);
  EXPECT_EQ(read_rule_name("a@" + std::string(65, 'a')), std::nullopt);
  EXPECT_EQ(read_rule_name(std::string("a@1\0", 4)), std::nullopt);
}

}  // namespace
}  // namespace calotype::rules
