#include "telemetry/line.h"

#include <limits>

#include <gtest/gtest.h>

namespace calotype::telemetry {
namespace {

using namespace std::string_literals;

const WallTime kThen{Milliseconds(784111777042)};

std::string json(std::initializer_list<Field> fields) {
  return format_line(LogFormat::json, kThen, Level::warning, "worker_died", fields);
}
std::string text(std::initializer_list<Field> fields) {
  return format_line(LogFormat::text, kThen, Level::info, "request", fields);
}

TEST(JsonLine, HoldsEveryKindOfValue) {
  EXPECT_EQ(
      json({{"s", "a\"b"}, {"i", -5}, {"u", std::uint64_t{7}}, {"d", 1.5}, {"b", true}}),
      R"({"time":"1994-11-06T08:49:37.042Z","level":"warning","event":"worker_died","s":"a\"b","i":-5,"u":7,"d":1.5,"b":true})"
      "\n");
}

TEST(JsonLine, IsOneLineOfUtf8Whatever) {
  EXPECT_EQ(json({{"k", "a\r\n\x1b[31m\xff\0"s}}),
            R"({"time":"1994-11-06T08:49:37.042Z","level":"warning","event":"worker_died","k":"a\r\n\u001b[31m)"
            "\xef\xbf\xbd"
            R"(\u0000"})"
            "\n");
}

TEST(JsonLine, HasNoNumberThatJsonLacks) {
  EXPECT_NE(json({{"d", std::numeric_limits<double>::infinity()}}).find(R"("d":null)"), std::string::npos);
}

TEST(TextLine, IsForPeople) {
  EXPECT_EQ(text({{"path", "/a/b"}, {"ms", 0.25}, {"why", "two words"}, {"none", ""}}),
            "08:49:37.042 info    request path=/a/b ms=0.25 why=\"two words\" none=\"\"\n");
}

TEST(TextLine, CannotSteerATerminalOrForgeALine) {
  EXPECT_EQ(text({{"k", "\x1b[2J\nfake"}}), "08:49:37.042 info    request k=\"\\u001b[2J\\nfake\"\n");
}

TEST(IsoTime, WorksBefore1970) { EXPECT_EQ(iso_time(WallTime(Milliseconds(-1))), "1969-12-31T23:59:59.999Z"); }

}  // namespace
}  // namespace calotype::telemetry
