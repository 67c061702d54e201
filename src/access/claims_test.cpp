#include "access/claims.h"

#include <gtest/gtest.h>

namespace calotype::access {
namespace {

TEST(MatchesPath, TakesAStarForAnyText) {
  struct Case {
    std::string_view pattern;
    std::string_view path;
    bool matches;
  };
  const Case cases[] = {
      {"/a/b", "/a/b", true},
      {"/a/b", "/a/bc", false},
      {"/a/b", "/a", false},
      {"", "", true},
      {"", "/", false},
      {"*", "", true},
      {"*", "/any/thing", true},
      {"**", "/any/thing", true},
      {"/a/*", "/a/", true},
      {"/a/*", "/a/b/c.jpg", true},
      {"/a/*", "/a", false},
      {"*.jpg", "/a/b.jpg", true},
      {"*.jpg", "/a/b.jpg.png", false},
      {"/a/*/c", "/a/b/c", true},
      {"/a/*/c", "/a/b/x/c", true},
      {"/a/*/c", "/a/c", false},
      {"/a*a", "/a", false},  // head and tail may not share a character
      {"/a*a", "/aa", true},
      {"/*x*y*", "/axbyc", true},
      {"/*x*y*", "/aybxc", false},
      {"/*ab*ab/", "/abab/", true},
      {"/*ab*ab/", "/ab/", false},
      {"/a/*?x", "/a/b?x", true},  // nothing but the star is special
      {"/a/.", "/a/b", false},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(matches_path(one.pattern, one.path), one.matches) << one.pattern << " on " << one.path;
  }
}

TEST(MatchesPath, StaysLinearWhereBacktrackingWouldNot) {
  // A backtracking matcher needs about 8000^2/2 steps for each star here; the test's own limit is the suite's.
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  pattern += "*b*";
  const std::string path(8000, 'a');

  EXPECT_FALSE(matches_path(pattern, path));
}

TEST(ReadClaims, KeepsNumbersOfMetadata) {
  const auto claims = read_claims(R"({"rqs":"GET\\/x","metadata":{"a":300,"b":0.5,"c":[true,null]}})");

  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->metadata, R"({"a":300,"b":5E-1,"c":[true,null]})");
  EXPECT_EQ(claims->request, "GET\\/x");
}

}  // namespace
}  // namespace calotype::access
