// What every BlobStore promises.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "adapters/files/file_blob_store.h"
#include "adapters/memory/memory_blob_store.h"
#include "contract/faults.h"
#include "core/encoding.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  MemoryBlobStore store;
};

struct FilesKit {
  TempDir folder{TempDir::Medium::memory};
  FileBlobStore store{folder / "blobs", {.reserve_bytes = 0}};
};

/// As on a file system without O_TMPFILE.
struct NamedFilesKit {
  TempDir folder{TempDir::Medium::memory};
  FileBlobStore store{folder / "blobs", {.reserve_bytes = 0, .may_be_unnamed = false}};
};

std::string read_part(const SharedSource& source, std::uint64_t offset, std::size_t count) {
  std::string text(count, '?');
  const auto got = run_task(source->read_at({}, offset, std::as_writable_bytes(std::span(text))));
  text.resize(got);
  return text;
}

std::string read_all(const SharedSource& source) { return read_part(source, 0, source->size()); }

template <class Kit>
class BlobStoreContract : public ::testing::Test {
 protected:
  void append(StagedBlob& staged, const std::string& text) {
    run_task(staged.append({}, std::as_bytes(std::span(text))));
  }
  ContentHash put(const std::string& text) {
    const auto staged = run_task(store.stage({}));
    append(*staged, text);
    const auto hashes = staged->finish();
    run_task(staged->commit({}));
    return hashes.sha256;
  }

  Kit kit;
  BlobStore& store = kit.store;
};

using Kits = ::testing::Types<MemoryKit, FilesKit, NamedFilesKit>;
TYPED_TEST_SUITE(BlobStoreContract, Kits);

TYPED_TEST(BlobStoreContract, GivesBackWhatWasCommitted) {
  const auto staged = run_task(this->store.stage({}));
  this->append(*staged, "one ");
  this->append(*staged, "");
  this->append(*staged, "two");

  const auto hashes = staged->finish();
  run_task(staged->commit({}));

  EXPECT_EQ(hashes.sha256, Digest::of("one two"));
  EXPECT_EQ(encode_hex(hashes.md5), "aae2c33a105ad3f28f39402d67a24b20");
  const auto source = run_task(this->store.open({}, hashes.sha256));
  ASSERT_TRUE(source);
  EXPECT_EQ(read_all(source), "one two");
}

TYPED_TEST(BlobStoreContract, KeepsAnEmptyBlob) {
  const auto hash = this->put("");

  const auto source = run_task(this->store.open({}, hash));

  ASSERT_TRUE(source);
  EXPECT_EQ(source->size(), 0U);
}

TYPED_TEST(BlobStoreContract, ReadsAnyPartAndStopsAtTheEnd) {
  const auto source = run_task(this->store.open({}, this->put("0123456789")));

  EXPECT_EQ(read_part(source, 3, 4), "3456");
  EXPECT_EQ(read_part(source, 8, 10), "89");
  EXPECT_EQ(read_part(source, 10, 1), "");
  EXPECT_EQ(read_part(source, 1'000'000'000'000, 1), "");
  EXPECT_EQ(read_part(source, 5, 0), "");
}

TYPED_TEST(BlobStoreContract, HasNothingBeforeTheCommit) {
  const auto staged = run_task(this->store.stage({}));
  this->append(*staged, "not yet");
  const auto hash = staged->finish().sha256;

  EXPECT_FALSE(run_task(this->store.open({}, hash)));
  run_task(staged->commit({}));
  EXPECT_TRUE(run_task(this->store.open({}, hash)));
}

TYPED_TEST(BlobStoreContract, ForgetsWhatIsNotCommitted) {
  ContentHash hash;
  {
    const auto staged = run_task(this->store.stage({}));
    this->append(*staged, "given up");
    hash = staged->finish().sha256;
  }

  EXPECT_FALSE(run_task(this->store.open({}, hash)));
}

TYPED_TEST(BlobStoreContract, ShowsWhatIsStaged) {
  const auto staged = run_task(this->store.stage({}));
  this->append(*staged, "head");
  const auto head = staged->contents();
  this->append(*staged, " and more");

  EXPECT_EQ(read_all(head), "head");
  EXPECT_EQ(read_all(staged->contents()), "head and more");
  staged->finish();
  EXPECT_EQ(read_all(staged->contents()), "head and more");
}

TYPED_TEST(BlobStoreContract, KeepsOneOfEqualBlobs) {
  const auto first = this->put("same");
  const auto second = this->put("same");

  EXPECT_EQ(first, second);
  EXPECT_EQ(read_all(run_task(this->store.open({}, first))), "same");
  EXPECT_TRUE(run_task(this->store.remove({}, first)));
  EXPECT_FALSE(run_task(this->store.remove({}, first)));
}

TYPED_TEST(BlobStoreContract, RemovesWhileSourcesStayReadable) {
  const auto hash = this->put("still open");
  const auto source = run_task(this->store.open({}, hash));

  EXPECT_TRUE(run_task(this->store.remove({}, hash)));

  EXPECT_FALSE(run_task(this->store.open({}, hash)));
  EXPECT_EQ(read_all(source), "still open");
}

TYPED_TEST(BlobStoreContract, TakesABlobAgainAfterItWasRemoved) {
  const auto hash = this->put("again");
  run_task(this->store.remove({}, hash));

  this->put("again");

  EXPECT_EQ(read_all(run_task(this->store.open({}, hash))), "again");
}

TYPED_TEST(BlobStoreContract, RefusesToCommitBeforeTheEndAndToAppendAfterIt) {
  const auto staged = run_task(this->store.stage({}));
  const std::string text = "late";

  EXPECT_EQ(fault_of(staged->commit({})), Fault::internal);

  const auto finished = run_task(this->store.stage({}));
  finished->finish();
  EXPECT_EQ(fault_of(finished->append({}, std::as_bytes(std::span(text)))), Fault::internal);
}

TYPED_TEST(BlobStoreContract, CommitsEqualAndDifferentBlobsAtOnce) {
  constexpr int kCallers = 24;
  std::vector<std::unique_ptr<StagedBlob>> staged;
  std::vector<Task<>> commits;
  for (int i = 0; i < kCallers; ++i) {
    staged.push_back(run_task(this->store.stage({})));
    this->append(*staged.back(), "blob " + std::to_string(i % 5));
    staged.back()->finish();
  }
  for (auto& each : staged) commits.push_back(each->commit({}));

  const auto thrown = run_all(std::move(commits));

  EXPECT_EQ(std::count(thrown.begin(), thrown.end(), nullptr), kCallers);
  for (int i = 0; i < 5; ++i) {
    const auto text = "blob " + std::to_string(i);
    EXPECT_EQ(read_all(run_task(this->store.open({}, Digest::of(text)))), text);
  }
}

TYPED_TEST(BlobStoreContract, ListsAllByHashPageAfterPage) {
  std::vector<ContentHash> expected;
  for (int i = 0; i < 40; ++i) expected.push_back(this->put(std::to_string(i)));
  std::ranges::sort(expected, {}, &Digest::octets);
  const auto now = SystemClock().now();

  std::vector<ContentHash> seen;
  std::optional<ContentHash> after;
  int pages = 0;
  do {
    const auto page = run_task(this->store.list({}, after, 7));
    for (const auto& blob : page.blobs) {
      seen.push_back(blob.hash);
      EXPECT_LT(std::chrono::abs(now - blob.touched), Seconds(60));
    }
    after = page.next;
    ++pages;
  } while (after && pages < 100);

  EXPECT_EQ(seen, expected);
  EXPECT_GE(pages, 5);
}

TYPED_TEST(BlobStoreContract, RemovesOnlyWhatHasNotComeInSince) {
  const auto hash = this->put("old");
  const auto now = SystemClock().now();

  EXPECT_FALSE(run_task(this->store.remove_older({}, hash, now - Seconds(60))));
  EXPECT_TRUE(run_task(this->store.open({}, hash)));
  EXPECT_TRUE(run_task(this->store.remove_older({}, hash, now + Seconds(60))));
  EXPECT_FALSE(run_task(this->store.open({}, hash)));
  EXPECT_FALSE(run_task(this->store.remove_older({}, hash, now + Seconds(60))));
}

TYPED_TEST(BlobStoreContract, CanBeUsedRightNow) { EXPECT_EQ(fault_of(this->store.check({})), std::nullopt); }

/// Random changes, and after each the same answers as a map's.
TYPED_TEST(BlobStoreContract, BehavesAsAMapDoes) {
  constexpr unsigned kSeed = 20'260'131;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  std::map<ContentHash, std::string> model;
  for (int step = 0; step < 300; ++step) {
    const std::string text(random() % 7 * 1000, static_cast<char>('a' + random() % 3));
    const auto hash = Digest::of(text);
    if (random() % 3 != 0) {
      ASSERT_EQ(this->put(text), hash) << step;
      model.emplace(hash, text);
    } else {
      ASSERT_EQ(run_task(this->store.remove({}, hash)), model.erase(hash) > 0) << step;
    }
    const auto source = run_task(this->store.open({}, hash));
    ASSERT_EQ(source != nullptr, model.contains(hash)) << step;
    if (source) ASSERT_EQ(read_all(source), model[hash]) << step;
  }
}

}  // namespace
}  // namespace calotype
