#include "app/data_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "core/error.h"
#include "support/temp_dir.h"

namespace calotype::app {

TEST(DataFolder, IsMadeWhereItIsMissing) {
  const TempDir temp;
  const DataFolder folder(temp.path() / "a" / "b");

  EXPECT_TRUE(std::filesystem::is_directory(temp.path() / "a" / "b"));
}

TEST(DataFolder, BelongsToOneAtATime) {
  const TempDir temp;
  {
    const DataFolder folder(temp.path());
    try {
      const DataFolder second(temp.path());
      FAIL() << "it was given twice";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::conflict);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(std::to_string(::getpid())));
    }
  }
  EXPECT_NO_THROW(DataFolder(temp.path()));
}

TEST(DataFolder, SaysWhyItCannotBeMade) {
  const TempDir temp;
  std::ofstream(temp / "file") << "x";
  try {
    const DataFolder folder(temp.path() / "file" / "data");
    FAIL() << "a folder was made below a file";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unavailable);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("Not a directory"));
  }
}

TEST(WriteSecret, IsForItsOwnerAloneAndReplacesNothing) {
  const TempDir temp;
  write_secret(temp / "key", "secret\n");

  struct stat facts{};
  ASSERT_EQ(::stat((temp / "key").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_THROW(write_secret(temp / "key", "other"), Error);
}

}  // namespace calotype::app
