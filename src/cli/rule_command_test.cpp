#include "cli/rule_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "support/temp_dir.h"

namespace calotype::cli {
namespace {

using ::testing::HasSubstr;

struct Printed {
  Exit exit = Exit::ok;
  std::string out;
  std::string err;
};

Printed check(std::string_view rule, bool as_json) {
  const TempDir folder;
  write_output(folder / "rule.json", rule);
  std::ostringstream out;
  std::ostringstream err;
  const auto exit = check_rule(folder / "rule.json", as_json, out, err);
  return {.exit = exit, .out = out.str(), .err = err.str()};
}

TEST(CheckRule, PrintsTheCanonicalFormOfAGoodRule) {
  const auto printed = check(R"({"actions":[{"resize":{"width":"300px"}}],"format":"jpeg"})", false);

  EXPECT_EQ(printed.exit, Exit::ok);
  EXPECT_THAT(printed.out, HasSubstr("valid\n"));
  EXPECT_THAT(printed.out, HasSubstr(R"("format":"jpg")"));
}

TEST(CheckRule, PrintsEveryErrorWithItsPlaceAndHint) {
  const auto printed = check(R"({"actions":[{"resize":{"widht":300}}],"quality":101})", false);

  EXPECT_EQ(printed.exit, Exit::bad_rule);
  EXPECT_THAT(printed.err, HasSubstr("/actions/0/resize/widht"));
  EXPECT_THAT(printed.err, HasSubstr("width"));
  EXPECT_THAT(printed.err, HasSubstr("/quality"));
}

TEST(CheckRule, PrintsJsonOnOneLine) {
  const auto printed = check("[]", true);

  EXPECT_EQ(printed.exit, Exit::bad_rule);
  EXPECT_THAT(printed.out, HasSubstr(R"({"valid":false,"errors":[{"pointer":"","code":)"));
  EXPECT_EQ(std::count(printed.out.begin(), printed.out.end(), '\n'), 1);
}

}  // namespace
}  // namespace calotype::cli
