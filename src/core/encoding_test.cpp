#include "core/encoding.h"

#include <gtest/gtest.h>

namespace calotype {
namespace {

using namespace std::string_literals;

std::string json(std::string_view text) {
  std::string to;
  append_json_string(to, text);
  return to;
}

TEST(Hex, GoesThereAndBack) {
  const std::array<std::uint8_t, 4> octets{0x00, 0x7f, 0x80, 0xff};

  EXPECT_EQ(encode_hex(octets), "007f80ff");
  EXPECT_EQ(decode_hex("007F80ff"), "\x00\x7f\x80\xff"s);
}

TEST(Hex, RefusesOddLengthAndForeignCharacters) {
  EXPECT_EQ(decode_hex("abc"), std::nullopt);
  EXPECT_EQ(decode_hex("0g"), std::nullopt);
  EXPECT_EQ(decode_hex(" 0"), std::nullopt);
}

TEST(Base64, FollowsTheVectorsOfRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(encode_base64(plain), coded);
    EXPECT_EQ(decode_base64(coded), plain);
  }
}

TEST(Base64, IsStrict) {
  EXPECT_EQ(decode_base64("Zg"), std::nullopt) << "no padding";
  EXPECT_EQ(decode_base64("Zh=="), std::nullopt) << "stray bits";
  EXPECT_EQ(decode_base64("Zm9v\n"), std::nullopt) << "white space";
  EXPECT_EQ(decode_base64("Zg==Zg=="), std::nullopt) << "padding within";
  EXPECT_EQ(decode_base64("Z==="), std::nullopt) << "too much padding";
  EXPECT_EQ(decode_base64("-_-_"), std::nullopt) << "the other alphabet";
}

TEST(Base64Url, UsesItsAlphabetWithoutPadding) {
  EXPECT_EQ(encode_base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(decode_base64url("-__-"), "\xfb\xff\xfe");
  EXPECT_EQ(encode_base64url("f"), "Zg");
  EXPECT_EQ(decode_base64url("Zg=="), std::nullopt);
  EXPECT_EQ(decode_base64url("Zh"), std::nullopt);
  EXPECT_EQ(decode_base64url("A"), std::nullopt);
}

TEST(Percent, DecodesOnceAndLeavesPlus) {
  EXPECT_EQ(decode_percent("a%2Fb%2f+%2541"), "a/b/+%41");
  EXPECT_EQ(decode_percent("%00"), "\0"s);
}

TEST(Percent, RefusesBadEscapes) {
  for (const auto* text : {"%", "%2", "a%2", "%zz", "%2g", "%%41"})
    EXPECT_EQ(decode_percent(text), std::nullopt) << text;
}

TEST(Percent, EscapesAllButUnreservedAndKept) {
  EXPECT_EQ(encode_percent("a-Z_0.~ /+\xc3\xa9"), "a-Z_0.~%20%2F%2B%C3%A9");
  EXPECT_EQ(encode_percent("a/b c", "/"), "a/b%20c");
}

TEST(Utf8, AcceptsEveryLength) { EXPECT_TRUE(is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xb7")); }

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  for (const auto* text : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                           "\xf5\x80\x80\x80", "\xf0\x80\x80\xaf", "\xe2\x82", "a\xff"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(JsonString, EscapesQuotesAndControls) {
  EXPECT_EQ(json("a\"b\\c\n\r\t\x01\x1b\x7f"), R"("a\"b\\c\n\r\t\u0001\u001b\u007f")");
  EXPECT_EQ(json("\0"s), R"("\u0000")");
}

TEST(JsonString, KeepsUtf8AndReplacesOtherBytes) {
  EXPECT_EQ(json("\xc3\xa9"), "\"\xc3\xa9\"");
  EXPECT_EQ(json("a\xff\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace calotype
