#include "cli/show.h"

#include <sstream>

#include <gtest/gtest.h>

#include "cli/progress.h"

namespace calotype::cli {
namespace {

std::string shown(const std::string& body, const std::vector<Column>& columns, bool as_json = false) {
  std::ostringstream out;
  std::ostringstream err;
  Session session({}, out, err, as_json);
  show_reply(session, {.status = 200, .fields = {}, .body = body}, columns, "done");
  return out.str();
}

TEST(Show, MakesATableOfAnArray) {
  EXPECT_EQ(shown(R"([{"id":"a","n":5,"c":{"m":1}},{"id":"bcä","n":12}])", {{"ID", "id"}, {"N", "n"}, {"M", "c.m"}}),
            "ID    N  M\n"
            "a     5  1\n"
            "bcä  12\n");
}

TEST(Show, ListsTheMembersOfAnObject) {
  EXPECT_EQ(shown(R"({"id":"a","cache":{"max_age":60},"aliases":["x","y"]})", {}),
            "id             a\n"
            "cache.max_age  60\n"
            "aliases        x, y\n");
}

TEST(Show, GivesJsonAsItCame) { EXPECT_EQ(shown(R"({"a": 1})", {}, true), "{\"a\": 1}\n"); }

TEST(Show, SaysThatItIsDone) { EXPECT_EQ(shown("", {}), "done\n"); }

TEST(Show, LetsNothingMoveTheCursor) { EXPECT_EQ(shown(R"({"a":"x\u001b[2Jy"})", {}), "a  x [2Jy\n"); }

TEST(SizeText, HasAUnit) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1500), "1.5 kB");
  EXPECT_EQ(size_text(60'000'000), "60.0 MB");
  EXPECT_EQ(size_text(999'999'999), "1.0 GB");
}

TEST(TimeText, IsUtc) { EXPECT_EQ(time_text(1'764'000'000'123), "2025-11-24 16:00:00"); }

TEST(ProgressText, TellsRateAndWhatIsLeft) {
  EXPECT_EQ(progress_text(1, 4, 2'500'000, 10'000'000, 5),
            "[######------------------]  25%  2.5 MB of 10.0 MB  1/4 files  500 kB/s  0:15 left");
  EXPECT_EQ(progress_text(0, 0, 0, 0, 0), "[########################] 100%  0 B of 0 B  0/0 files");
}

TEST(Progress, WritesALineForEachFileWhereThereIsNoTerminal) {
  std::ostringstream err;
  {
    Progress progress(err, false, 2, 10);
    progress.add_bytes(4);
    progress.end_file("a.jpg", 4);
  }
  EXPECT_EQ(err.str(), "a.jpg 4 B (1/2)\n");
}

}  // namespace
}  // namespace calotype::cli
