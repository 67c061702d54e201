#include "cli/transfer.h"

#include <fstream>

#include <gtest/gtest.h>

#include "cli/crew.h"
#include "cli/uploads.h"
#include "core/error.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype::cli {
namespace {

class TransferTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  static std::vector<std::string> names(const std::vector<LocalFile>& files) {
    std::vector<std::string> all;
    for (const auto& file : files) all.push_back(file.name);
    return all;
  }

  TempDir folder_;
};

using Names = std::vector<std::string>;
constexpr const char* kMd5OfHello = "5d41402abc4b2a76b9719d911017c592";

TEST_F(TransferTest, FindsEveryFileAndNamesItByItsPlace) {
  write("b.txt", "bb");
  write("a/x y.txt", "a");
  std::filesystem::create_symlink(folder_.path() / "a", folder_.path() / "again");
  std::filesystem::create_symlink("/nowhere/at/all", folder_.path() / "dangling");

  const auto files = files_below(folder_.path(), "p/");

  EXPECT_EQ(names(files), (Names{"p/a/x y.txt", "p/b.txt"}));
  EXPECT_EQ(files[1].size, 2U);
  EXPECT_EQ(names(files_below(folder_.path() / "b.txt", "p/")), (Names{"p/b.txt"}));
  EXPECT_THROW(files_below(folder_.path() / "none", ""), Error);
}

TEST_F(TransferTest, SendsWhatDiffersBySizeOrDigest) {
  write("same", "hello");
  write("changed", "hello");
  write("longer", "hello");
  write("fresh", "hello");
  const std::vector<RemoteObject> objects{{.name = "same", .size = 5, .md5 = kMd5OfHello},
                                          {.name = "changed", .size = 5, .md5 = std::string(32, '0')},
                                          {.name = "longer", .size = 6, .md5 = kMd5OfHello},
                                          {.name = "gone", .size = 1, .md5 = ""}};

  const auto plan = plan_sync(files_below(folder_.path(), ""), objects);

  EXPECT_EQ(names(plan.to_send), (Names{"changed", "fresh", "longer"}));
  EXPECT_EQ(plan.to_remove, (Names{"gone"}));
  EXPECT_EQ(plan.same, 1U);
}

TEST(PlaceBelow, NeverLeavesTheFolder) {
  EXPECT_EQ(place_below("/r", "p/a/b", "p"), "/r/a/b");
  EXPECT_EQ(place_below("/r", "a", ""), "/r/a");
  EXPECT_EQ(place_below("/r", "/a", ""), "/r/a");
  for (const auto* name : {"../a", "a/../../b", "..", "", "/", "./a"})
    EXPECT_FALSE(place_below("/r", name, "")) << name;
}

TEST_F(TransferTest, AnUploadComesBackForTheSameFileAlone) {
  const auto path = (folder_.path() / "uploads" / "x.json").string();
  EXPECT_FALSE(load_upload(path));
  save_upload(path, {.upload_id = "u", .size = 10, .modified_ns = 7, .part_bytes = 4, .done = {1, 3}});

  const auto upload = load_upload(path);

  ASSERT_TRUE(upload);
  EXPECT_EQ(upload->upload_id, "u");
  EXPECT_EQ(upload->done, (std::set<int>{1, 3}));
  const LocalFile file{.path = "f", .name = "f", .size = 10, .modified_ns = 7};
  EXPECT_TRUE(upload->is_of(file, 4));
  EXPECT_FALSE(upload->is_of(file, 5));
  EXPECT_FALSE(upload->is_of({.path = "f", .name = "f", .size = 10, .modified_ns = 8}, 4));
  forget_upload(path);
  EXPECT_FALSE(load_upload(path));
}

TEST_F(TransferTest, ABrokenStateBeginsAnew) {
  write("x.json", "{\"upload_id\":1}");
  EXPECT_FALSE(load_upload((folder_.path() / "x.json").string()));
}

struct Tally {
  std::vector<int> done;
  int now = 0;
  int most = 0;
};

Task<> count(Tally& tally, std::size_t job, bool fails) {
  tally.most = std::max(tally.most, ++tally.now);
  const auto until = std::chrono::steady_clock::now() + Milliseconds(1);
  co_await sleep_until(until);
  --tally.now;
  if (fails && job == 2) throw Error(Fault::conflict, "job 2");
  tally.done.push_back(static_cast<int>(job));
}

TEST(Crew, DoesEveryJobWithItsHands) {
  Tally tally;
  run_task(do_jobs(10, 3, [&](std::size_t job) { return count(tally, job, false); }));

  EXPECT_EQ(tally.done.size(), 10U);
  EXPECT_EQ(tally.most, 3);
  run_task(do_jobs(0, 3, [&](std::size_t job) { return count(tally, job, false); }));
}

TEST(Crew, StopsAtTheFirstFailure) {
  Tally tally;
  EXPECT_THROW(run_task(do_jobs(100, 2, [&](std::size_t job) { return count(tally, job, true); })), Error);
  EXPECT_LT(tally.done.size(), 6U);
  EXPECT_EQ(tally.now, 0);
}

}  // namespace
}  // namespace calotype::cli
