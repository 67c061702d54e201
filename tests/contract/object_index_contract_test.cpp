// What every ObjectIndex promises.

#include <gtest/gtest.h>

#include <random>

#include "adapters/memory/memory_object_index.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "contract/equal.h"
#include "contract/faults.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  void add_bucket(const Bucket&) {}
  MemoryObjectIndex index;
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
  SqliteObjectIndex index{database};
};

template <class Kit>
class ObjectIndexContract : public ::testing::Test {
 protected:
  Bucket add_bucket(std::string alias) {
    const auto added = samples::bucket(samples::domain(TenantId::random()), std::move(alias));
    kit.add_bucket(added);
    return added;
  }

  Kit kit;
  ObjectIndex& index = kit.index;
  Bucket bucket = add_bucket("pictures");
};

using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(ObjectIndexContract, Kits);

TYPED_TEST(ObjectIndexContract, GivesBackAnObjectAsItWas) {
  const auto object = samples::object(this->bucket);

  run_task(this->index.add({}, object));

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, object.name)), object));
}

TYPED_TEST(ObjectIndexContract, GivesBackAnObjectThatIsNoPicture) {
  auto object = samples::object(this->bucket);
  object.info.reset();
  object.focal.reset();

  run_task(this->index.add({}, object));

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, object.name)), object));
}

TYPED_TEST(ObjectIndexContract, FindsAnObjectInItsBucketUnderItsVeryName) {
  const auto other = this->add_bucket("others");
  run_task(this->index.add({}, samples::object(this->bucket, "a/b.jpg")));

  EXPECT_FALSE(run_task(this->index.find({}, other.id, "a/b.jpg")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "a/B.jpg")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "a/b.jpg ")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "a/b.jp")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "")).has_value());
}

TYPED_TEST(ObjectIndexContract, TakesNamesOfAnyBytes) {
  const std::vector<std::string> names{std::string("nul\0in", 6), "nul", "'; DROP TABLE objects; --", "%",
                                       std::string(1024, 'n')};
  for (const auto& name : names) run_task(this->index.add({}, samples::object(this->bucket, name)));

  for (const auto& name : names) {
    const auto found = run_task(this->index.find({}, this->bucket.id, name));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->name, name);
    EXPECT_EQ(found->content, Digest::of("content of " + name));
  }
}

TYPED_TEST(ObjectIndexContract, KeepsTheFirstObjectOfAName) {
  const auto first = samples::object(this->bucket);
  auto second = first;
  second.content = Digest::of("something else");
  run_task(this->index.add({}, first));

  EXPECT_EQ(fault_of(this->index.add({}, second)), Fault::conflict);

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, first.name)), first));
}

TYPED_TEST(ObjectIndexContract, ReplacesADeletedObject) {
  const auto first = samples::object(this->bucket);
  auto second = samples::object(this->bucket, first.name, 9);
  second.content = Digest::of("something else");
  second.info.reset();
  run_task(this->index.add({}, first));
  run_task(this->index.mark_deleted({}, this->bucket.id, first.name, samples::at(5)));

  run_task(this->index.add({}, second));

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, first.name)), second));
}

TYPED_TEST(ObjectIndexContract, HidesADeletedObjectAndDeletesItOnce) {
  const auto object = samples::object(this->bucket);
  run_task(this->index.add({}, object));

  EXPECT_TRUE(run_task(this->index.mark_deleted({}, this->bucket.id, object.name, samples::at(5))));

  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, object.name)).has_value());
  EXPECT_FALSE(run_task(this->index.mark_deleted({}, this->bucket.id, object.name, samples::at(6))));
  EXPECT_FALSE(run_task(this->index.mark_deleted({}, this->bucket.id, "none", samples::at(6))));
}

TYPED_TEST(ObjectIndexContract, RemovesForGoodWhetherDeletedOrNot) {
  run_task(this->index.add({}, samples::object(this->bucket, "live")));
  run_task(this->index.add({}, samples::object(this->bucket, "dead")));
  run_task(this->index.mark_deleted({}, this->bucket.id, "dead", samples::at(5)));

  EXPECT_TRUE(run_task(this->index.remove({}, this->bucket.id, "live")));
  EXPECT_TRUE(run_task(this->index.remove({}, this->bucket.id, "dead")));

  EXPECT_FALSE(run_task(this->index.remove({}, this->bucket.id, "live")));
  EXPECT_FALSE(run_task(this->index.remove({}, this->bucket.id, "dead")));
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "live")).has_value());
}

TYPED_TEST(ObjectIndexContract, LetsOneOfManyTakeAName) {
  constexpr int kCallers = 20;
  std::vector<Task<>> adds;
  for (int i = 0; i < kCallers; ++i) adds.push_back(this->index.add({}, samples::object(this->bucket, "wanted", i)));

  const auto thrown = run_all(std::move(adds));

  EXPECT_EQ(std::count(thrown.begin(), thrown.end(), nullptr), 1);
  EXPECT_TRUE(run_task(this->index.find({}, this->bucket.id, "wanted")).has_value());
}

/// Random changes, and after each the same answers as the model's. The seed stands in a failure's message.
TYPED_TEST(ObjectIndexContract, BehavesAsTheModelDoes) {
  constexpr unsigned kSeed = 20'260'131;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  MemoryObjectIndex model;
  for (int step = 0; step < 600; ++step) {
    const auto name = "name-" + std::to_string(random() % 8);
    const auto when = samples::at(step);
    switch (random() % 4) {
      case 0:
      case 1: {
        auto object = samples::object(this->bucket, name, step);
        object.size_bytes = random() % 1000;
        ASSERT_EQ(fault_of(this->index.add({}, object)), fault_of(model.add({}, object))) << step;
        break;
      }
      case 2:
        ASSERT_EQ(run_task(this->index.mark_deleted({}, this->bucket.id, name, when)),
                  run_task(model.mark_deleted({}, this->bucket.id, name, when)))
            << step;
        break;
      default:
        ASSERT_EQ(run_task(this->index.remove({}, this->bucket.id, name)),
                  run_task(model.remove({}, this->bucket.id, name)))
            << step;
    }
    const auto found = run_task(this->index.find({}, this->bucket.id, name));
    const auto expected = run_task(model.find({}, this->bucket.id, name));
    ASSERT_EQ(found.has_value(), expected.has_value()) << step;
    if (found) ASSERT_TRUE(is_same(*found, *expected)) << step;
  }
}

}  // namespace
}  // namespace calotype
