#include "cell/fonts.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace calotype::cell {
namespace {

TEST(Fonts, AreThere) {
  for (const auto& file : font_files()) {
    EXPECT_TRUE(std::filesystem::is_regular_file(file.path)) << file.path << ": install " << file.package;
  }
}

TEST(Fonts, HaveADigestThatStays) {
  EXPECT_EQ(fonts_digest(), fonts_digest());
  EXPECT_NE(fonts_digest(), Digest::of(std::string_view()));
}

}  // namespace
}  // namespace calotype::cell
