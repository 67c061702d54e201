#include "cli/files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "support/temp_dir.h"

namespace calotype::cli {
namespace {

TEST(ReadInput, SaysWhichFileIsMissing) {
  try {
    read_input("/nonexistent/photo.jpg", 10);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::missing);
    EXPECT_STREQ(error.what(), "read /nonexistent/photo.jpg: No such file or directory");
  }
}

TEST(ReadInput, StopsAtTheLimit) {
  const TempDir folder;
  write_output(folder / "in", std::string(1000, 'x'));

  EXPECT_EQ(read_input(folder / "in", 1000).size(), 1000U);
  EXPECT_THROW(read_input(folder / "in", 999), Error);
}

TEST(WriteOutput, ReplacesTheWholeFileAndLeavesNothingElse) {
  const TempDir folder;
  write_output(folder / "out", "a long first version");

  write_output(folder / "out", "second");

  EXPECT_EQ(read_input(folder / "out", 100), "second");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteOutput, ThrowsWhereTheFolderIsMissing) {
  const TempDir folder;

  EXPECT_THROW(write_output(folder / "none" / "out", "x"), Error);
}

}  // namespace
}  // namespace calotype::cli
