#include "adapters/files/file_rendition_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/files/rendition_file.h"
#include "adapters/files/rendition_shelf.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

namespace fs = std::filesystem;

constexpr FileRenditionStore::Options kOptions{.capacity_bytes = 64 * 4096, .reserve_bytes = 0};

RenditionKey key_of(int number) { return Digest::of(std::to_string(number)); }

Rendition picture(std::string body = "pixels") {
  return {.body = Bytes::from(std::move(body)), .format = ImageFormat::webp, .size = {.width = 3, .height = 2}};
}

fs::path path_of(const fs::path& root, int number) {
  const auto hex = key_of(number).hex();
  return root / hex.substr(0, 2) / hex;
}

void flip_bit(const fs::path& path, std::streamoff at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const int octet = file.get();
  file.seekp(at);
  file.put(static_cast<char>(octet ^ 1));
}

/// Until what is on the disk is known.
void wait_until_complete(const FileRenditionStore& store) {
  const auto end = std::chrono::steady_clock::now() + kRunLimit;
  while (!store.counts().is_complete && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  ASSERT_TRUE(store.counts().is_complete);
}

TEST(FileRenditionStore, HasItsRenditionsAgainAfterARestart) {
  const TempDir folder;
  {
    run_task(FileRenditionStore(folder.path(), kOptions).put({}, key_of(1), picture()));
  }
  FileRenditionStore store(folder.path(), kOptions);

  EXPECT_EQ(run_task(store.get({}, key_of(1)))->body.text(), "pixels");

  wait_until_complete(store);
  EXPECT_EQ(store.counts().entries, 1U);
  EXPECT_EQ(store.counts().bytes, 4096U);
}

TEST(FileRenditionStore, DropsADamagedFileWhicheverBitIsWrong) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  run_task(store.put({}, key_of(1), picture()));
  const auto size = static_cast<std::streamoff>(fs::file_size(path_of(folder.path(), 1)));

  for (std::streamoff at = 0; at < size; ++at) {
    run_task(store.put({}, key_of(1), picture()));
    flip_bit(path_of(folder.path(), 1), at);
    ASSERT_FALSE(run_task(store.get({}, key_of(1))).has_value()) << at;
    ASSERT_FALSE(fs::exists(path_of(folder.path(), 1))) << at;
  }
  EXPECT_EQ(store.counts().damaged, static_cast<std::uint64_t>(size));
  EXPECT_EQ(store.counts().bytes, 0U);
}

TEST(FileRenditionStore, DropsAFileThatIsCutOff) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  for (const std::uintmax_t left : {0U, 1U, 40U, 93U}) {
    run_task(store.put({}, key_of(1), picture()));
    fs::resize_file(path_of(folder.path(), 1), left);

    EXPECT_FALSE(run_task(store.get({}, key_of(1))).has_value()) << left;
  }
}

TEST(FileRenditionStore, NeverGivesOneForAnother) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  run_task(store.put({}, key_of(1), picture()));
  run_task(store.put({}, key_of(2), picture("others")));
  fs::rename(path_of(folder.path(), 2), path_of(folder.path(), 1));

  EXPECT_FALSE(run_task(store.get({}, key_of(1))).has_value());
}

TEST(FileRenditionStore, StaysWithinItsCapacityAndKeepsWhatIsUsed) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  wait_until_complete(store);
  for (int i = 0; i < 64; ++i) run_task(store.put({}, key_of(i), picture()));
  run_task(store.get({}, key_of(0)));

  for (int i = 64; i < 74; ++i) run_task(store.put({}, key_of(i), picture()));

  EXPECT_TRUE(run_task(store.get({}, key_of(0))).has_value());
  EXPECT_FALSE(run_task(store.get({}, key_of(1))).has_value());
  EXPECT_FALSE(fs::exists(path_of(folder.path(), 1)));
  EXPECT_EQ(store.counts().bytes, kOptions.capacity_bytes);
  EXPECT_EQ(store.counts().evicted, 10U);
}

TEST(FileRenditionStore, KeepsTheFilesOfWhatWentForWhatComes) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  wait_until_complete(store);
  for (int i = 0; i < 64; ++i) run_task(store.put({}, key_of(i), picture("many more pixels than there are after it")));
  const auto inode_of = [&](int number) {
    struct stat info{};
    EXPECT_EQ(::stat(path_of(folder.path(), number).c_str(), &info), 0);
    return info.st_ino;
  };
  const auto first = inode_of(0);

  run_task(store.put({}, key_of(64), picture("few")));

  EXPECT_EQ(inode_of(64), first);
  EXPECT_EQ(run_task(store.get({}, key_of(64)))->body.text(), "few");
  EXPECT_EQ(store.counts().damaged, 0U);
}

TEST(FileRenditionStore, LeavesNothingOfWhatWentInAFileThatItKeeps) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  wait_until_complete(store);
  const std::string octets(6 * 4096, 'x');
  run_task(store.put({}, key_of(0), picture(octets)));

  for (int i = 1; i < 60; ++i) run_task(store.put({}, key_of(i), picture()));

  EXPECT_FALSE(fs::exists(path_of(folder.path(), 0)));
  for (const auto& spare : fs::directory_iterator(folder.path() / "tmp")) EXPECT_EQ(fs::file_size(spare), 0U);
}

TEST(FileRenditionStore, ShrinksAtTheStartToASmallerCapacityByTheTimeOfUse) {
  const TempDir folder;
  {
    FileRenditionStore store(folder.path(), kOptions);
    for (int i = 0; i < 20; ++i) run_task(store.put({}, key_of(i), picture()));
  }
  for (int i = 0; i < 20; ++i) {
    fs::last_write_time(path_of(folder.path(), i), fs::file_time_type::clock::now() - std::chrono::hours(20 - i));
  }

  FileRenditionStore store(folder.path(), {.capacity_bytes = 8 * 4096, .reserve_bytes = 0});

  wait_until_complete(store);
  const auto end = std::chrono::steady_clock::now() + kRunLimit;
  while (store.counts().evicted < 12 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_FALSE(fs::exists(path_of(folder.path(), 11)));
  EXPECT_TRUE(fs::exists(path_of(folder.path(), 12)));
  EXPECT_EQ(store.counts().bytes, 8 * 4096U);
}

TEST(FileRenditionStore, GivesBackSpaceWhenOnlyTheReserveIsFree) {
  const TempDir folder;
  {
    run_task(FileRenditionStore(folder.path(), kOptions).put({}, key_of(1), picture()));
  }
  FileRenditionStore store(folder.path(), {.capacity_bytes = 64 * 4096, .reserve_bytes = std::uint64_t{1} << 60});
  wait_until_complete(store);

  run_task(store.put({}, key_of(2), picture()));

  EXPECT_FALSE(fs::exists(path_of(folder.path(), 1)));
  EXPECT_FALSE(fs::exists(path_of(folder.path(), 2)));
  EXPECT_EQ(store.counts().not_kept, 1U);
  EXPECT_EQ(store.counts().bytes, 0U);
}

TEST(FileRenditionStore, MissesWhatWasRemovedBehindItsBack) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  wait_until_complete(store);
  run_task(store.put({}, key_of(1), picture()));
  fs::remove(path_of(folder.path(), 1));

  EXPECT_FALSE(run_task(store.get({}, key_of(1))).has_value());

  EXPECT_EQ(store.counts().entries, 0U);
}

TEST(FileRenditionStore, CountsAFailureAndDoesNotThrowIt) {
  const TempDir folder;
  FileRenditionStore store(folder.path(), kOptions);
  // A file stands where the key's folder would.
  std::ofstream(folder / key_of(1).hex().substr(0, 2)) << "in the way";

  EXPECT_NO_THROW(run_task(store.put({}, key_of(1), picture())));

  EXPECT_EQ(store.counts().not_kept, 1U);
  EXPECT_TRUE(fs::is_empty(folder / "tmp"));
}

TEST(RenditionShelf, HoldsWhatWasFoundAtTheStartForOlder) {
  RenditionShelf shelf;
  shelf.add(key_of(1), 10, {});

  shelf.complete({{.key = key_of(1), .bytes = 99}, {.key = key_of(2), .bytes = 10}, {.key = key_of(3), .bytes = 10}});

  EXPECT_EQ(shelf.bytes(), 30U);
  EXPECT_EQ(shelf.shrink_to(10), (std::vector{key_of(3), key_of(2)}));
  EXPECT_EQ(shelf.count(), 1U);
}

TEST(RenditionShelf, KnowsWhatWasAddedOrLearnt) {
  const auto family = family_of(key_of(1));
  const Traits traits{.format = ImageFormat::gif, .size = {.width = 3, .height = 2}, .lineage = {}};
  RenditionShelf shelf;
  shelf.complete({{.key = key_of(1), .bytes = 10}});
  EXPECT_EQ(shelf.members(family, 9).unknown, std::vector{key_of(1)});

  shelf.learn(key_of(1), traits);
  shelf.learn(key_of(2), traits);

  const auto members = shelf.members(family, 9);
  EXPECT_TRUE(members.unknown.empty());
  ASSERT_EQ(members.known.size(), 1U);
  EXPECT_EQ(members.known[0].traits.size, traits.size);
  EXPECT_TRUE(shelf.members(family, 0).known.empty());
  EXPECT_TRUE(shelf.members(family_of(key_of(2)), 9).known.empty()) << "what is not there is not learnt";
}

TEST(FileRenditionStore, KnowsRelativesOfAStartBeforeToo) {
  const TempDir folder;
  {
    run_task(FileRenditionStore(folder.path(), kOptions).put({}, key_of(1), picture()));
  }
  FileRenditionStore store(folder.path(), kOptions);
  wait_until_complete(store);

  const auto found = run_task(store.relatives({}, family_of(key_of(1)), 9));
  fs::remove(path_of(folder.path(), 1));
  const auto again = run_task(store.relatives({}, family_of(key_of(1)), 9));

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].traits.size, (Size{.width = 3, .height = 2}));
  EXPECT_EQ(again.size(), 1U) << "it was looked into once";
}

TEST(RenditionFile, RefusesAFormatThatIsNotKnown) {
  auto rendition = picture();
  rendition.format = static_cast<ImageFormat>(99);

  EXPECT_FALSE(rendition_file::decode(key_of(1), rendition_file::encode(key_of(1), rendition)).has_value());
}

}  // namespace
}  // namespace calotype
