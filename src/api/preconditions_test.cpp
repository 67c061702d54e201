#include "api/preconditions.h"

#include <gtest/gtest.h>

namespace calotype::api {

namespace {

WallTime at(std::int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

constexpr std::int64_t kModified = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr const char* kWhen = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr const char* kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr const char* kLater = "Sun, 06 Nov 1994 09:49:37 GMT";

const Validators kThere{.tag = "a", .modified = at(kModified)};

http::Fields fields_of(std::vector<std::pair<std::string, std::string>> all) {
  http::Fields fields;
  for (auto& [name, value] : all) fields.add(std::move(name), std::move(value));
  return fields;
}

struct Case {
  std::vector<std::pair<std::string, std::string>> fields;
  Precondition verdict;
};

class Evaluate : public ::testing::TestWithParam<Case> {};

http::Request part_request(std::string range, std::string condition) {
  http::Request request;
  request.fields.add("Range", std::move(range));
  if (!condition.empty()) request.fields.add("If-Range", std::move(condition));
  return request;
}

RangeVerdict::Kind kind_of(const std::string& condition, WallTime now) {
  return wanted_range(part_request("bytes=1-2", condition), kThere, 10, now).kind;
}

}  // namespace

TEST_P(Evaluate, DecidesInTheOrderOfTheStandard) {
  EXPECT_EQ(evaluate(fields_of(GetParam().fields), kThere, at(kModified + 60)), GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Evaluate,
    ::testing::Values(Case{{}, Precondition::none}, Case{{{"If-Match", "\"b\""}}, Precondition::failed},
                      Case{{{"If-Match", "W/\"a\""}}, Precondition::failed},
                      Case{{{"If-Match", "\"a\""}, {"If-Unmodified-Since", kBefore}}, Precondition::none},
                      Case{{{"If-Unmodified-Since", kBefore}}, Precondition::failed},
                      Case{{{"If-Unmodified-Since", kBefore}, {"If-None-Match", "\"a\""}}, Precondition::failed},
                      Case{{{"If-Unmodified-Since", kWhen}, {"If-None-Match", "\"a\""}}, Precondition::not_modified},
                      Case{{{"If-None-Match", "W/\"a\""}}, Precondition::not_modified},
                      Case{{{"If-None-Match", "*"}}, Precondition::not_modified},
                      Case{{{"If-None-Match", "\"b\", *"}}, Precondition::none},
                      Case{{{"If-None-Match", "\"b\""}, {"If-Modified-Since", kWhen}}, Precondition::none},
                      Case{{{"If-Modified-Since", kWhen}}, Precondition::not_modified},
                      Case{{{"If-Modified-Since", kBefore}}, Precondition::none},
                      Case{{{"If-Modified-Since", kLater}}, Precondition::none},
                      Case{{{"If-Modified-Since", kWhen}, {"If-Modified-Since", kWhen}}, Precondition::none}));

TEST(Evaluate, PassesDatesOverWhereThereIsNone) {
  const Validators undated{.tag = "a", .modified = {}};

  EXPECT_EQ(evaluate(fields_of({{"If-Modified-Since", kWhen}}), undated, at(kModified)), Precondition::none);
  EXPECT_EQ(evaluate(fields_of({{"If-Unmodified-Since", kBefore}}), undated, at(kModified)), Precondition::none);
}

TEST(WantedRange, TrustsADateOnlyOnceASecondHasPassed) {
  using Kind = RangeVerdict::Kind;

  EXPECT_EQ(kind_of("\"a\"", at(kModified)), Kind::part);
  EXPECT_EQ(kind_of("W/\"a\"", at(kModified)), Kind::whole);
  EXPECT_EQ(kind_of(kWhen, at(kModified) + Milliseconds(999)), Kind::whole);
  EXPECT_EQ(kind_of(kWhen, at(kModified + 1)), Kind::part);
  EXPECT_EQ(kind_of(kLater, at(kModified + 9999)), Kind::whole);
}

TEST(Narrowed, CutsBytesAndFiles) {
  const auto request = part_request("bytes=1-2", "");
  http::Response in_memory;
  in_memory.body = Bytes::from("0123456789");
  http::Response in_file;
  in_file.body = http::FilePart{.keep = nullptr, .descriptor = 5, .offset = 100, .count = 10};

  const auto text = narrowed(request, kThere, at(kModified), in_memory, "id");
  const auto file = narrowed(request, kThere, at(kModified), in_file, "id");

  EXPECT_EQ(text.status, 206);
  EXPECT_EQ(text.fields.get("Content-Range"), "bytes 1-2/10");
  EXPECT_EQ(std::get<Bytes>(text.body).text(), "12");
  EXPECT_EQ(std::get<http::FilePart>(file.body).offset, 101U);
  EXPECT_EQ(file.body_size(), 2U);
}

TEST(Narrowed, RefusesWhatLiesBehindTheEndAndStillVaries) {
  http::Response whole;
  whole.body = Bytes::from("0123456789");
  whole.fields.add("Vary", "Accept");

  const auto refused = narrowed(part_request("bytes=10-", ""), kThere, at(kModified), whole, "id");

  EXPECT_EQ(refused.status, 416);
  EXPECT_EQ(refused.fields.get("Content-Range"), "bytes */10");
  EXPECT_EQ(refused.fields.get("Vary"), "Accept");
}

}  // namespace calotype::api
