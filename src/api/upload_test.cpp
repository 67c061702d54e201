#include "api/upload.h"

#include <gtest/gtest.h>

#include "core/encoding.h"

namespace calotype::api {
namespace {

std::string coded(std::size_t size) { return encode_base64(std::string(size, '\x01')); }

TEST(ContentDigest, ReadsSha256AmongOthers) {
  Digest expected;
  expected.octets.fill(1);
  const auto mine = "sha-256=:" + coded(32) + ":";

  EXPECT_EQ(read_content_digest(mine), expected);
  EXPECT_EQ(read_content_digest("sha-512=:" + coded(64) + ":, " + mine), expected);
  EXPECT_EQ(read_content_digest(mine + ",unixsum=:AAAA:"), expected);
  EXPECT_EQ(read_content_digest("sha-512=:" + coded(64) + ":"), std::nullopt) << "an algorithm that is not checked";
}

TEST(ContentDigest, RefusesWhatCannotBeRead) {
  for (const auto& field :
       {"sha-256=" + coded(32), "sha-256=:" + coded(31) + ":", "sha-256=:" + coded(32), std::string("sha-256"),
        std::string("sha-256=:"), std::string("sha-256=:!:"), std::string("sha-256=::"), std::string(","),
        "sha-256=:" + coded(32) +
            ":,"
            "x"}) {
    EXPECT_THROW(read_content_digest(field), Error) << field;
  }
}

TEST(ContentMd5, IsSixteenBytesOfBase64) {
  Md5 expected;
  expected.fill(1);

  EXPECT_EQ(read_content_md5(" " + coded(16)), expected);
  for (const auto& field : {coded(15), coded(17), std::string(), std::string(32, 'a'), coded(16) + ", " + coded(16)}) {
    EXPECT_THROW(read_content_md5(field), Error) << field;
  }
}

TEST(ReadPutAsk, TakesOnlyWhatTheTokenSigns) {
  http::Request request;
  request.query = "oid=evil&focal=1";
  const auto ask = read_put_ask(request, R"({"oid":"a.jpg"})");

  EXPECT_EQ(ask.name, "a.jpg");
  EXPECT_EQ(ask.focal, std::nullopt);
  EXPECT_EQ(ask.announced.bytes, std::nullopt);
}

TEST(ReadPutAsk, ReadsAnExpiryThatIsSignedOrAField) {
  const WallTime expected{Seconds(1'800'000'000)};
  http::Request with_field;
  with_field.fields.add("X-Object-Expiration", "1800000000");
  const auto* const is_signed = R"({"x-object-expiration":1800000000})";
  http::Request odd;
  odd.fields.add("x-object-expiration", "tomorrow");

  EXPECT_EQ(read_put_ask(with_field, "{}").expires, expected);
  EXPECT_EQ(read_put_ask(http::Request(), is_signed).expires, expected);
  EXPECT_EQ(read_put_ask(with_field, is_signed).expires, expected);
  EXPECT_EQ(read_put_ask(http::Request(), "{}").expires, std::nullopt);
  EXPECT_THROW(read_put_ask(with_field, R"({"x-object-expiration":1800000001})"), Error) << "which one?";
  EXPECT_THROW(read_put_ask(odd, "{}"), Error);
  EXPECT_THROW(read_put_ask(http::Request(), R"({"x-object-expiration":"soon"})"), Error);
}

TEST(ReadPutAsk, ReadsPreconditions) {
  http::Request request;
  const auto content = Digest::of("content");
  request.fields.add("If-Match", "\"" + content.hex() + "\", W/\"" + Digest::of("weak").hex() + "\", \"no hash\"");
  request.fields.add("If-None-Match", "*");

  const auto ask = read_put_ask(request, "{}");

  ASSERT_TRUE(ask.replaces);
  EXPECT_EQ(ask.replaces->contents, std::vector{content});
  EXPECT_FALSE(ask.replaces->any);
  EXPECT_TRUE(ask.only_new);
  EXPECT_FALSE(read_put_ask(http::Request(), "{}").replaces);
}

}  // namespace
}  // namespace calotype::api
