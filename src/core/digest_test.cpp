#include "core/digest.h"

#include <gtest/gtest.h>

#include "core/encoding.h"

namespace calotype {
namespace {

constexpr auto kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Digest, IsSha256) {
  EXPECT_EQ(Digest::of("abc").hex(), kAbc);
  EXPECT_EQ(Digest::of("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, IsParsedFromLowerCaseHexAlone) {
  EXPECT_EQ(Digest::parse(kAbc), Digest::of("abc"));
  EXPECT_FALSE(Digest::parse("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  EXPECT_FALSE(Digest::parse("ba7816bf"));
  EXPECT_FALSE(Digest::parse(std::string(kAbc) + "00"));
}

TEST(Hasher, GivesBothDigestsOfAStream) {
  Hasher hasher;
  for (const std::string_view part : {"a", "", "bc"}) hasher.add(std::as_bytes(std::span(part)));

  const auto result = hasher.finish();

  EXPECT_EQ(hasher.count(), 3U);
  EXPECT_EQ(result.sha256, Digest::of("abc"));
  EXPECT_EQ(encode_hex(result.md5), "900150983cd24fb0d6963f7d28e17f72");
}

}  // namespace
}  // namespace calotype
