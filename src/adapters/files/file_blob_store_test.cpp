#include "adapters/files/file_blob_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<StagedBlob> staged(BlobStore& store, const std::string& text) {
  auto blob = run_task(store.stage({}));
  run_task(blob->append({}, std::as_bytes(std::span(text))));
  blob->finish();
  return blob;
}

fs::path path_of(const fs::path& root, const std::string& text) {
  const auto hex = Digest::of(text).hex();
  return root / hex.substr(0, 2) / hex.substr(2, 2) / hex;
}

std::size_t count_files(const fs::path& root) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) count += entry.is_regular_file();
  return count;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Call>
Fault fault_of_call(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.fault();
  }
  throw std::runtime_error("nothing was thrown");
}

TEST(FileBlobStore, NamesAFileByItsHash) {
  const TempDir folder;
  FileBlobStore store(folder / "deep/er/blobs");

  run_task(staged(store, "picture")->commit({}));

  EXPECT_EQ(read_file(path_of(folder / "deep/er/blobs", "picture")), "picture");
  EXPECT_EQ(count_files(folder.path()), 1U);
}

TEST(FileBlobStore, LeavesNoFileOfWhatIsGivenUp) {
  for (const bool may_be_unnamed : {true, false}) {
    const TempDir folder;
    FileBlobStore store(folder.path(), {.may_be_unnamed = may_be_unnamed});
    {
      const auto blob = staged(store, "picture");
    }

    EXPECT_EQ(count_files(folder.path()), 0U) << may_be_unnamed;
  }
}

TEST(FileBlobStore, GivesADescriptorThatCanBeMapped) {
  const TempDir folder;
  FileBlobStore store(folder.path());
  run_task(staged(store, "picture")->commit({}));

  const auto source = run_task(store.open({}, Digest::of("picture")));

  std::string text(7, '?');
  ASSERT_GE(source->descriptor(), 0);
  EXPECT_EQ(::pread(source->descriptor(), text.data(), text.size(), 0), 7);
  EXPECT_EQ(text, "picture");
}

TEST(FileBlobStore, RefusesEarlyWhenOnlyTheReserveIsFree) {
  const TempDir folder;
  FileBlobStore roomy(folder.path());
  run_task(staged(roomy, "picture")->commit({}));
  FileBlobStore store(folder.path(), {.reserve_bytes = std::uint64_t{1} << 60});

  EXPECT_EQ(fault_of_call([&] { run_task(store.stage({})); }), Fault::full);

  EXPECT_TRUE(run_task(store.open({}, Digest::of("picture"))));
  EXPECT_NO_THROW(run_task(store.check({})));
}

TEST(FileBlobStore, ReplacesABlobThatIsCutOff) {
  const TempDir folder;
  FileBlobStore store(folder.path());
  run_task(staged(store, "picture")->commit({}));
  fs::resize_file(path_of(folder.path(), "picture"), 3);

  run_task(staged(store, "picture")->commit({}));

  EXPECT_EQ(read_file(path_of(folder.path(), "picture")), "picture");
}

TEST(FileBlobStore, SaysDamagedWhenAFileEndsBeforeItsSize) {
  const TempDir folder;
  FileBlobStore store(folder.path());
  run_task(staged(store, "picture")->commit({}));
  const auto source = run_task(store.open({}, Digest::of("picture")));
  fs::resize_file(path_of(folder.path(), "picture"), 3);
  std::array<std::byte, 7> into{};

  EXPECT_EQ(fault_of_call([&] { run_task(source->read_at({}, 0, into)); }), Fault::internal);
}

TEST(FileBlobStore, MakesABlobYoungAgainThatComesAgain) {
  const TempDir folder;
  FileBlobStore store(folder.path());
  run_task(staged(store, "picture")->commit({}));
  const auto path = path_of(folder.path(), "picture");
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(100);
  fs::last_write_time(path, old);

  run_task(staged(store, "picture")->commit({}));

  EXPECT_GT(fs::last_write_time(path), old + std::chrono::hours(99));
}

TEST(FileBlobStore, DropsOldDraftsAtTheStartAndSparesYoungOnes) {
  const TempDir folder;
  fs::create_directories(folder / "tmp");
  std::ofstream(folder / "tmp/old") << "left by a process that died";
  std::ofstream(folder / "tmp/young") << "of a process that lives";
  fs::last_write_time(folder / "tmp/old", fs::file_time_type::clock::now() - std::chrono::hours(2));

  FileBlobStore store(folder.path());

  EXPECT_FALSE(fs::exists(folder / "tmp/old"));
  EXPECT_TRUE(fs::exists(folder / "tmp/young"));
}

TEST(FileBlobStore, StaysInItsFolderWhenThatIsRenamed) {
  const TempDir folder;
  FileBlobStore store(folder / "before");
  fs::rename(folder / "before", folder / "after");

  run_task(staged(store, "picture")->commit({}));

  EXPECT_FALSE(fs::exists(folder / "before"));
  EXPECT_EQ(read_file(path_of(folder / "after", "picture")), "picture");
}

TEST(FileBlobStore, NeverFollowsALinkInABlobsPlace) {
  const TempDir folder;
  FileBlobStore store(folder / "blobs");
  std::ofstream(folder / "secret") << "picture";
  const auto path = path_of(folder / "blobs", "picture");
  fs::create_directories(path.parent_path());
  fs::create_symlink(folder / "secret", path);

  EXPECT_EQ(fault_of_call([&] { run_task(store.open({}, Digest::of("picture"))); }), Fault::unavailable);
}

TEST(FileBlobStore, TimesOutWhatHadNotBegun) {
  const TempDir folder;
  FileBlobStore store(folder.path(), {.threads = 1});
  const Context late{.deadline = std::chrono::steady_clock::now() - Milliseconds(1)};

  // The work may be quicker than a deadline that is already over: then it is done and says so.
  for (int i = 0; i < 20; ++i) {
    try {
      run_task(store.check(late));
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::timed_out);
    }
  }
}

}  // namespace
}  // namespace calotype
