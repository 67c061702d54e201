#include "http/message.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "http/problem.h"
#include "http/response_head.h"

namespace calotype::http {
namespace {

Request with_query(std::string query) {
  Request request;
  request.query = std::move(query);
  return request;
}

TEST(Fields, CompareWithoutCaseAndKeepOrder) {
  Fields fields;
  fields.add("Accept", "a");
  fields.add("X", "1");
  fields.add("accept", "b");

  EXPECT_EQ(fields.get("ACCEPT"), "a");
  EXPECT_EQ(fields.joined("Accept"), "a, b");
  EXPECT_FALSE(fields.has("Accep"));
  fields.set("ACCEPT", "c");
  EXPECT_EQ(fields.joined("accept"), "c");
  EXPECT_EQ(fields.all().size(), 2U);
}

TEST(Parameters, AreDecodedInOrder) {
  const auto all = with_query("a=1&&b=%26%3D+x&c&=d&e=f=g").parameters();

  const std::vector<std::pair<std::string, std::string>> wanted{
      {"a", "1"}, {"b", "&= x"}, {"c", ""}, {"", "d"}, {"e", "f=g"}};
  EXPECT_EQ(all, wanted);
}

TEST(Parameter, IsAbsentOrThereOnce) {
  EXPECT_EQ(with_query("rule=r&x=y").parameter("rule"), "r");
  EXPECT_EQ(with_query("uploads").parameter("uploads"), "");
  EXPECT_EQ(with_query("rules=r").parameter("rule"), std::nullopt);
  EXPECT_THROW(with_query("rule=a&rule=b").parameter("rule"), Error);
  EXPECT_THROW(with_query("rule=a&r%75le=b").parameter("rule"), Error);
}

TEST(Parameter, RefusesBadEscapes) {
  for (const auto* query : {"a=%", "a=%zz", "a=%ff", "%c0%af=b"})
    EXPECT_THROW(with_query(query).parameter("a"), Error) << query;
}

TEST(Problem, SaysWhatItIs) {
  const auto response = problem(431, "the head is \"too\" large", "01234567-89ab-4def-8123-456789abcdef");

  EXPECT_EQ(response.status, 431);
  EXPECT_EQ(response.fields.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(std::get<Bytes>(response.body).text(),
            R"({"type":"about:blank","title":"Request Header Fields Too Large","status":431,)"
            R"("detail":"the head is \"too\" large","instance":"urn:uuid:01234567-89ab-4def-8123-456789abcdef",)"
            R"("code":"request-header-fields-too-large","request_id":"01234567-89ab-4def-8123-456789abcdef"})"
            "\n");
}

TEST(HttpDate, HasTheFormOfRfc9110) { EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT"); }

std::string head_of(const Response& response, HeadFacts facts = {}) {
  facts.date = "D";
  facts.request_id = "I";
  std::string text;
  append_head(text, response, facts);
  return text;
}

TEST(ResponseHead, LeavesTheServersFieldsToTheServer) {
  Response response;
  response.fields.add("content-length", "99");
  response.fields.add("Transfer-Encoding", "chunked");
  response.fields.add("ETag", "\"x\"");
  response.body = Bytes::from("abc");

  EXPECT_EQ(head_of(response),
            "HTTP/1.1 200 OK\r\nDate: D\r\nETag: \"x\"\r\nContent-Length: 3\r\nX-Request-Id: I\r\n"
            "X-Schibsted.request.toplevel.uuid: I\r\n\r\n");
}

TEST(ResponseHead, TakesTheHandlersLengthForHeadWithoutBody) {
  Response response;
  response.fields.add("Content-Length", "99");

  EXPECT_NE(head_of(response, {.answers_head = true}).find("Content-Length: 99\r\n"), std::string::npos);
  EXPECT_NE(head_of(response).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(ResponseHead, HasNoLengthWithoutContent) {
  Response response;
  response.status = 204;

  EXPECT_EQ(head_of(response).find("Content-Length"), std::string::npos);
  EXPECT_FALSE(sends_body(response, false));
}

TEST(ResponseHead, SoundFieldsHoldNoControls) {
  const auto is_sound = [](std::string name, std::string value) {
    Response response;
    response.fields.add(std::move(name), std::move(value));
    return has_sound_fields(response);
  };

  EXPECT_TRUE(is_sound("X-A", "b c\t\xc3\xa9"));
  EXPECT_FALSE(is_sound("X-A", "b\nc"));
  EXPECT_FALSE(is_sound("X-A", std::string("b\0", 2)));
  EXPECT_FALSE(is_sound("X A", "b"));
  EXPECT_FALSE(is_sound("", "b"));
}

}  // namespace
}  // namespace calotype::http
