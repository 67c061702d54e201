// What every BlobUses promises.

#include <gtest/gtest.h>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_blob_uses.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "adapters/sqlite/sqlite_upload_index.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

class BlobUsesContract : public ::testing::Test {
 protected:
  BlobUsesContract() {
    const auto tenant = samples::tenant();
    run_task(catalog_.add_tenant({}, tenant, samples::key(tenant.id)));
    domain_ = samples::domain(tenant.id);
    run_task(catalog_.add_domain({}, domain_));
    bucket_ = samples::bucket(domain_);
    run_task(catalog_.add_bucket({}, bucket_));
  }
  bool is_used(const ContentHash& hash) { return run_task(uses_.unused({}, {hash})).empty(); }

  TempDir folder_{TempDir::Medium::memory};
  Database database_{folder_ / "calotype.db"};
  SqliteCatalog catalog_{database_};
  SqliteObjectIndex objects_{database_};
  SqliteUploadIndex uploads_{database_};
  SqliteBlobUses uses_{database_};
  Domain domain_;
  Bucket bucket_;
};

TEST_F(BlobUsesContract, AnObjectUsesItsBlobUntilItIsGoneForGood) {
  const auto object = samples::object(bucket_);
  EXPECT_FALSE(is_used(object.content));
  run_task(objects_.add({}, object));
  EXPECT_TRUE(is_used(object.content));
  run_task(objects_.mark_deleted({}, bucket_.id, object.name, samples::at(1)));
  EXPECT_TRUE(is_used(object.content)) << "it can be restored";
  run_task(objects_.remove({}, bucket_.id, object.name, samples::at(2)));
  EXPECT_FALSE(is_used(object.content));
}

TEST_F(BlobUsesContract, AnUploadUsesTheBlobsOfItsParts) {
  const Upload upload{.id = UploadId::random(),
                      .tenant = bucket_.tenant,
                      .bucket = bucket_.id,
                      .name = "a",
                      .focal = std::nullopt,
                      .expires = std::nullopt,
                      .created = samples::at(0)};
  const UploadPart part{.number = 1, .content = Digest::of("part"), .size_bytes = 4, .stored = samples::at(0)};
  run_task(uploads_.begin({}, upload, 9));
  run_task(uploads_.put_part({}, upload.id, part, 100));
  EXPECT_TRUE(is_used(part.content));
  run_task(uploads_.abort({}, upload.id));
  EXPECT_FALSE(is_used(part.content));
}

TEST_F(BlobUsesContract, AWatermarkUsesItsBlob) {
  const auto mark = samples::watermark(domain_);
  EXPECT_FALSE(is_used(mark.content));
  run_task(catalog_.add_watermark({}, mark));
  EXPECT_TRUE(is_used(mark.content));
}

TEST_F(BlobUsesContract, TellsTheUnusedOfMany) {
  const auto object = samples::object(bucket_);
  run_task(objects_.add({}, object));
  const auto first = Digest::of("first");
  const auto last = Digest::of("last");

  EXPECT_EQ(run_task(uses_.unused({}, {first, object.content, last})), (std::vector{first, last}));
  EXPECT_TRUE(run_task(uses_.unused({}, {})).empty());
}

}  // namespace
}  // namespace calotype
