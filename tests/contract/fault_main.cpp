// Lets every call on the disk fail once: the first, the second, and so on, until an upload needs no more calls.

#include <gtest/gtest.h>

#include <cerrno>

#include "adapters/files/file_blob_store.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "contract/disk_faults.h"
#include "contract/equal.h"
#include "contract/faults.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

/// More calls than any upload makes.
constexpr int kMostCalls = 200;

Task<> put(BlobStore& store, std::string text) {
  const Context ctx;
  const auto staged = co_await store.stage(ctx);
  const auto bytes = std::as_bytes(std::span(text));
  co_await staged->append(ctx, bytes);
  staged->finish();
  co_await staged->commit(ctx);
}

/// The text of a blob, "" when it is not there.
std::string text_of(BlobStore& store, ContentHash hash) {
  const auto source = run_task(store.open({}, hash));
  if (!source) return "";
  std::string text(source->size(), '\0');
  run_task(source->read_at({}, 0, std::as_writable_bytes(std::span(text))));
  return text;
}

struct Disk {
  int error;
  Fault fault;
};

class NthFault : public ::testing::TestWithParam<Disk> {};

INSTANTIATE_TEST_SUITE_P(Disks, NthFault,
                         ::testing::Values(Disk{.error = ENOSPC, .fault = Fault::full},
                                           Disk{.error = EIO, .fault = Fault::unavailable}));

TEST_P(NthFault, OfABlobLeavesAllOrNothing) {
  int calls = 0;
  for (int number = 1; number < kMostCalls; ++number) {
    const TempDir folder(TempDir::Medium::memory);
    FileBlobStore store(folder.path(), {.reserve_bytes = 0});
    disk_faults::arm(number, GetParam().error);

    const auto fault = fault_of(put(store, "picture"));

    if (!disk_faults::disarm()) {
      EXPECT_EQ(fault, std::nullopt);
      break;
    }
    calls = number;
    ASSERT_EQ(fault, GetParam().fault) << "call " << number;
    ASSERT_EQ(disk_faults::flushes_after_failure(), 0) << "call " << number;
    const auto left = text_of(store, Digest::of("picture"));
    ASSERT_TRUE(left.empty() || left == "picture") << "call " << number;
    ASSERT_EQ(fault_of(put(store, "another")), std::nullopt) << "call " << number;
    ASSERT_EQ(text_of(store, Digest::of("another")), "another") << "call " << number;
  }
  // Open, write, flush, two folders made, opened and flushed, link, flush.
  EXPECT_GE(calls, 9);
}

TEST_P(NthFault, OfAFoldersFlushIsNeverFollowedByAnAcknowledgement) {
  const TempDir folder(TempDir::Medium::memory);
  FileBlobStore store(folder.path(), {.reserve_bytes = 0});
  int number = 1;
  // The last flush is the one of the folder that holds the blob's name.
  while (disk_faults::arm(number, GetParam().error), fault_of(put(store, std::to_string(number))).has_value()) {
    disk_faults::disarm();
    ++number;
  }
  disk_faults::disarm();
  ASSERT_GT(number, 1);
  const auto failed = std::to_string(number - 1);

  const auto again = fault_of(put(store, failed));

  EXPECT_EQ(again, Fault::unavailable);
}

class IndexKit {
 public:
  IndexKit() {
    const auto tenant = samples::tenant();
    run_task(catalog_.add_tenant({}, tenant, samples::key(tenant.id)));
    const auto domain = samples::domain(tenant.id);
    run_task(catalog_.add_domain({}, domain));
    bucket = samples::bucket(domain);
    run_task(catalog_.add_bucket({}, bucket));
  }

  TempDir folder{TempDir::Medium::memory};

 private:
  Database database_{folder / "calotype.db"};
  SqliteCatalog catalog_{database_};

 public:
  SqliteObjectIndex index{database_};
  Bucket bucket;
};

TEST_P(NthFault, OfARowLeavesAllOrNothingAndTheDatabaseWhole) {
  int calls = 0;
  for (int number = 1; number < kMostCalls; ++number) {
    IndexKit kit;
    const auto object = samples::object(kit.bucket, "wanted");
    disk_faults::arm(number, GetParam().error);

    const auto fault = fault_of(kit.index.add({}, object));

    if (!disk_faults::disarm()) {
      EXPECT_EQ(fault, std::nullopt);
      break;
    }
    calls = number;
    // SQLite does not tell why a flush failed, so a full disk may look like a broken one then.
    ASSERT_TRUE(fault == GetParam().fault || fault == Fault::unavailable) << "call " << number;
    ASSERT_FALSE(run_task(kit.index.find({}, kit.bucket.id, "wanted")).has_value()) << "call " << number;
    ASSERT_EQ(fault_of(kit.index.add({}, samples::object(kit.bucket, "another"))), std::nullopt) << "call " << number;
    ASSERT_EQ(fault_of(kit.index.add({}, object)), std::nullopt) << "call " << number;
    Database again(kit.folder / "calotype.db");
    SqliteObjectIndex reopened(again);
    ASSERT_TRUE(is_same(run_task(reopened.find({}, kit.bucket.id, "wanted")), object)) << "call " << number;
    ASSERT_TRUE(run_task(reopened.find({}, kit.bucket.id, "another")).has_value()) << "call " << number;
  }
  // Pages are written to the log, and the log is flushed.
  EXPECT_GE(calls, 3);
}

}  // namespace
}  // namespace calotype
