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
  EXPECT_EQ(ask.announced, std::nullopt);
}

TEST(ReadPutAsk, RefusesExpirationInEitherPlace) {
  http::Request request;
  request.fields.add("X-Object-Expiration", "1800000000");

  EXPECT_THROW(read_put_ask(request, "{}"), Error);
  EXPECT_THROW(read_put_ask(http::Request(), R"({"x-object-expiration":1800000000})"), Error);
  EXPECT_NO_THROW(read_put_ask(http::Request(), "{}"));
}

}  // namespace
}  // namespace calotype::api
