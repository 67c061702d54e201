// What every UploadIndex promises.

#include <gtest/gtest.h>

#include "adapters/memory/memory_upload_index.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "adapters/sqlite/sqlite_upload_index.h"
#include "contract/equal.h"
#include "contract/faults.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  void add_bucket(const Bucket&) {}
  MemoryObjectIndex objects;
  MemoryUploadIndex uploads{objects};
};

struct SqliteKit {
  void add_bucket(const Bucket& bucket) {
    auto tenant = samples::tenant();
    tenant.id = bucket.tenant;
    run_task(catalog.add_tenant({}, tenant, samples::key(tenant.id)));
    auto domain = samples::domain(tenant.id);
    domain.id = bucket.domain;
    run_task(catalog.add_domain({}, domain));
    run_task(catalog.add_bucket({}, bucket));
  }

  TempDir folder{TempDir::Medium::memory};
  Database database{folder / "calotype.db"};
  SqliteCatalog catalog{database};
  SqliteObjectIndex objects{database};
  SqliteUploadIndex uploads{database};
};

bool is_same(const Upload& a, const Upload& b) {
  const auto of = [](const Upload& u) {
    return std::tie(u.id, u.tenant, u.bucket, u.name, u.focal, u.expires, u.created, u.is_complete);
  };
  return of(a) == of(b);
}

template <class Kit>
class UploadIndexContract : public ::testing::Test {
 protected:
  UploadIndexContract() { kit.add_bucket(bucket); }

  Upload begin(std::string name = "a/b.jpg", int second = 0) {
    const Upload upload{.id = UploadId::random(),
                        .tenant = bucket.tenant,
                        .bucket = bucket.id,
                        .name = std::move(name),
                        .focal = FocalPoint{.x = 0.25, .y = 1},
                        .expires = samples::at(1000),
                        .created = samples::at(second),
                        .is_complete = false};
    run_task(uploads.begin({}, upload, 100));
    return upload;
  }
  static UploadPart part(int number, std::uint64_t size_bytes = 10) {
    UploadPart part{
        .number = number, .content = Digest::of(std::to_string(number)), .md5 = {}, .size_bytes = size_bytes};
    part.md5.fill(0x5a);
    part.stored = samples::at(number);
    return part;
  }
  void put(const Upload& upload, const UploadPart& part) { run_task(uploads.put_part({}, upload.id, part, 100)); }
  bool complete(const Upload& upload) {
    return run_task(uploads.complete({}, upload.id, samples::object(bucket, upload.name), {}));
  }

  Kit kit;
  UploadIndex& uploads = kit.uploads;
  ObjectIndex& objects = kit.objects;
  Bucket bucket = samples::bucket(samples::domain(TenantId::random()));
};

using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(UploadIndexContract, Kits);

TYPED_TEST(UploadIndexContract, GivesBackAnUploadAsItWas) {
  const auto upload = this->begin();
  auto plain = upload;
  plain.id = UploadId::random();
  plain.focal.reset();
  plain.expires.reset();
  run_task(this->uploads.begin({}, plain, 100));

  const auto found = run_task(this->uploads.find({}, this->bucket.id, upload.id));
  const auto found_plain = run_task(this->uploads.find({}, this->bucket.id, plain.id));
  ASSERT_TRUE(found && found_plain);
  EXPECT_TRUE(is_same(*found, upload));
  EXPECT_TRUE(is_same(*found_plain, plain));
  EXPECT_FALSE(run_task(this->uploads.find({}, BucketId::random(), upload.id))) << "another bucket's";
  EXPECT_FALSE(run_task(this->uploads.find({}, this->bucket.id, UploadId::random())));
}

TYPED_TEST(UploadIndexContract, KeepsTheLastOfEachPart) {
  const auto upload = this->begin();
  this->put(upload, this->part(7));
  this->put(upload, this->part(2, 20));
  auto again = this->part(7, 30);
  again.content = Digest::of("again");
  this->put(upload, again);

  const auto parts = run_task(this->uploads.parts({}, upload.id));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].number, 2);
  EXPECT_EQ(parts[0].size_bytes, 20U);
  EXPECT_EQ(parts[0].stored, samples::at(2));
  EXPECT_EQ(parts[1].content, again.content);
  EXPECT_EQ(parts[1].md5, again.md5);
}

TYPED_TEST(UploadIndexContract, LetsPartsBeOnlySoLarge) {
  const auto upload = this->begin();
  this->put(upload, this->part(1, 60));

  EXPECT_EQ(fault_of(this->uploads.put_part({}, upload.id, this->part(2, 41), 100)), Fault::too_large);
  EXPECT_EQ(run_task(this->uploads.parts({}, upload.id)).size(), 1U) << "nothing of it is kept";
  this->put(upload, this->part(2, 40));
  this->put(upload, this->part(1, 50));
}

TYPED_TEST(UploadIndexContract, MakesTheObjectOnce) {
  const auto upload = this->begin();
  this->put(upload, this->part(1));

  EXPECT_TRUE(this->complete(upload));
  EXPECT_TRUE(run_task(this->objects.find({}, this->bucket.id, upload.name)));
  EXPECT_FALSE(this->complete(upload));
  const auto found = run_task(this->uploads.find({}, this->bucket.id, upload.id));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_complete);
  EXPECT_TRUE(run_task(this->uploads.parts({}, upload.id)).empty());
  EXPECT_EQ(fault_of(this->uploads.put_part({}, upload.id, this->part(1), 100)), Fault::missing);
  EXPECT_FALSE(run_task(this->uploads.abort({}, upload.id)));
}

TYPED_TEST(UploadIndexContract, AnObjectThatCannotBeMadeLeavesTheUpload) {
  const auto upload = this->begin();
  this->put(upload, this->part(1));
  run_task(this->objects.add({}, samples::object(this->bucket, upload.name)));

  EXPECT_EQ(fault_of(this->uploads.complete({}, upload.id, samples::object(this->bucket, upload.name), {})),
            Fault::conflict);
  EXPECT_EQ(run_task(this->uploads.parts({}, upload.id)).size(), 1U);
}

TYPED_TEST(UploadIndexContract, ForgetsWhatIsAborted) {
  const auto upload = this->begin();
  this->put(upload, this->part(1));

  EXPECT_TRUE(run_task(this->uploads.abort({}, upload.id)));
  EXPECT_FALSE(run_task(this->uploads.abort({}, upload.id)));
  EXPECT_FALSE(run_task(this->uploads.find({}, this->bucket.id, upload.id)));
  EXPECT_TRUE(run_task(this->uploads.parts({}, upload.id)).empty());
  EXPECT_FALSE(this->complete(upload));
}

TYPED_TEST(UploadIndexContract, ForgetsWhatIsOldBitByBit) {
  const auto complete = this->begin("complete", 0);
  this->complete(complete);
  const auto old = this->begin("old", 1);
  this->put(old, this->part(1));
  const auto young = this->begin("young", 3);

  EXPECT_EQ(run_task(this->uploads.forget({}, samples::at(3), 1)), 1U);
  EXPECT_EQ(run_task(this->uploads.forget({}, samples::at(3), 10)), 1U);
  EXPECT_EQ(run_task(this->uploads.forget({}, samples::at(3), 10)), 0U);
  EXPECT_TRUE(run_task(this->uploads.parts({}, old.id)).empty());
  EXPECT_TRUE(run_task(this->uploads.find({}, this->bucket.id, young.id)));
  EXPECT_TRUE(run_task(this->objects.find({}, this->bucket.id, "complete"))) << "what was made stays";
}

TYPED_TEST(UploadIndexContract, LetsATenantHaveOnlySoManyUnderWay) {
  const auto first = this->begin();
  auto next = first;
  next.id = UploadId::random();

  EXPECT_EQ(fault_of(this->uploads.begin({}, next, 1)), Fault::conflict);
  this->complete(first);
  EXPECT_EQ(fault_of(this->uploads.begin({}, next, 1)), std::nullopt);
}

}  // namespace
}  // namespace calotype
