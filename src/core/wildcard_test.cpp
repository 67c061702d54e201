#include "core/wildcard.h"

#include <string>

#include <gtest/gtest.h>

namespace calotype {
namespace {

TEST(MatchesWildcard, TakesAStarForAnyText) {
  struct Case {
    std::string_view pattern;
    std::string_view text;
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
    EXPECT_EQ(matches_wildcard(one.pattern, one.text), one.matches) << one.pattern << " on " << one.text;
  }
}

TEST(MatchesWildcard, StaysLinearWhereBacktrackingWouldNot) {
  // A backtracking matcher needs about 8000^2/2 steps for each star here; the test's own limit is the suite's.
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  pattern += "*b*";
  const std::string text(8000, 'a');

  EXPECT_FALSE(matches_wildcard(pattern, text));
}

}  // namespace
}  // namespace calotype
