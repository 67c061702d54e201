#include "rules/changes.h"

#include <gtest/gtest.h>

namespace calotype::rules {
namespace {

std::vector<std::string> told(std::string_view from, std::string_view to) {
  std::vector<std::string> lines;
  for (const auto& change : changes(parse(from), parse(to))) {
    const auto* sign = change.kind == Change::Kind::add ? "+" : change.kind == Change::Kind::remove ? "-" : "~";
    lines.push_back(sign + change.pointer + " " + change.before + ">" + change.after);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Changes, AreOfTheMeaningAndNotOfTheSpelling) {
  EXPECT_EQ(told(R"({"name":"a","actions":[{"resize":{"width":300,"fit":"cover","height":200}}],"format":"jpeg"})",
                 R"({"format":"jpg","description":"x",
                     "actions":[{"resize":{"height":"200px","width":300,"fit":{"type":"crop"}}}],"name":"b"})"),
            Lines{});
}

TEST(Changes, NameEachPlaceWithWhatStoodThere) {
  EXPECT_EQ(
      told(R"({"version":"2026-01","quality":70,"format":"png"})", R"({"version":"2026-01","quality":75,"dpr":2})"),
      (Lines{"-/format \"png\">", "~/quality/default 70>75", "+/dpr >2"}));
}

TEST(Changes, OfListsAreByPlace) {
  const auto rule = [](const std::string& areas) {
    return R"({"version":"2026-01","actions":[{"blurAreas":{"areas":[)" + areas + "]}}]}";
  };
  const std::string one = R"({"left":1,"top":1,"width":2,"height":2})";
  const std::string two = R"({"left":9,"top":1,"width":2,"height":2})";

  EXPECT_EQ(told(rule(one + "," + one + "," + two), rule(two)).size(), 3U);
  EXPECT_EQ(told(rule(one + "," + one + "," + two), rule(one)).front().substr(0, 33),
            "-/actions/0/blurAreas/areas/2 {\"h");
  EXPECT_EQ(told(rule(one), rule(one + "," + two)).front().substr(0, 31), "+/actions/0/blurAreas/areas/1 >");
}

TEST(Changes, HaveABound) {
  EXPECT_EQ(
      changes(parse(R"({"version":"2026-01","quality":70,"dpr":3})"), parse(R"({"version":"2026-01"})"), 1).size(), 1U);
}

}  // namespace
}  // namespace calotype::rules
