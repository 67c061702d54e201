#include "adapters/sqlite/sqlite_object_index.h"

#include <gtest/gtest.h>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

using Usage = std::array<std::int64_t, 4>;  // objects, bytes, deleted objects, deleted bytes

class SqliteObjectIndexTest : public ::testing::Test {
 protected:
  Bucket add_bucket() {
    const auto tenant = samples::tenant();
    run_task(catalog_.add_tenant({}, tenant, samples::key(tenant.id)));
    const auto domain = samples::domain(tenant.id);
    run_task(catalog_.add_domain({}, domain));
    const auto added = samples::bucket(domain, tenant.id.text());
    run_task(catalog_.add_bucket({}, added));
    return added;
  }
  void add(const std::string& name, std::uint64_t size) {
    auto object = samples::object(bucket_, name);
    object.size_bytes = size;
    run_task(index_.add({}, object));
  }
  /// The only row of a table of usage that is not all zero.
  Usage usage(const std::string& table) {
    const auto sql = "SELECT objects, bytes, deleted_objects, deleted_bytes FROM " + table +
                     " WHERE objects + bytes + deleted_objects + deleted_bytes > 0";
    // A connection of its own: its statements end before the text does.
    Connection connection(folder_ / "calotype.db", Connection::Use::read);
    Query row(connection, sql);
    Usage found{};
    if (row.step()) {
      for (auto& each : found) each = row.integer();
    }
    return found;
  }

  TempDir folder_;
  Database database_{folder_ / "calotype.db"};
  SqliteCatalog catalog_{database_};
  SqliteObjectIndex index_{database_};
  Bucket bucket_ = add_bucket();
};

TEST_F(SqliteObjectIndexTest, CountsObjectsAndBytesOfBucketAndTenant) {
  add_bucket();
  add("a", 100);
  add("b", 20);
  EXPECT_EQ(usage("bucket_usage"), (Usage{2, 120, 0, 0}));
  EXPECT_EQ(usage("tenant_usage"), (Usage{2, 120, 0, 0}));

  run_task(index_.mark_deleted({}, bucket_.id, "a", samples::at(1)));
  EXPECT_EQ(usage("bucket_usage"), (Usage{1, 20, 1, 100}));
  EXPECT_EQ(usage("tenant_usage"), (Usage{1, 20, 1, 100}));

  add("a", 7);
  EXPECT_EQ(usage("bucket_usage"), (Usage{2, 27, 0, 0}));

  EXPECT_THROW(add("a", 1000), Error);
  EXPECT_EQ(usage("bucket_usage"), (Usage{2, 27, 0, 0}));

  run_task(index_.remove({}, bucket_.id, "a", samples::at(2)));
  run_task(index_.mark_deleted({}, bucket_.id, "b", samples::at(2)));
  EXPECT_EQ(usage("tenant_usage"), (Usage{0, 0, 1, 20}));

  run_task(index_.remove({}, bucket_.id, "b", samples::at(3)));
  EXPECT_EQ(usage("bucket_usage"), (Usage{0, 0, 0, 0}));
}

TEST_F(SqliteObjectIndexTest, RefusesAnObjectOfABucketThatIsNotThereOrAnothersOne) {
  auto nowhere = samples::object(bucket_);
  nowhere.bucket = BucketId::random();
  auto stolen = samples::object(bucket_);
  stolen.tenant = add_bucket().tenant;

  for (const auto& object : {nowhere, stolen}) {
    try {
      run_task(index_.add({}, object));
      FAIL() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::missing);
    }
  }
  EXPECT_EQ(usage("bucket_usage"), (Usage{0, 0, 0, 0}));
}

/// Listings go through the key: a scan of the whole table would show here first.
TEST_F(SqliteObjectIndexTest, FindsWhatComesNextByItsKey) {
  const auto plan_of = [&](std::string_view sql) {
    return run_task(database_.read({}, [sql](Connection& connection) {
      Query row(connection, sql);
      row.step();
      row.skip(3);
      return row.text();
    }));
  };

  EXPECT_EQ(
      plan_of("EXPLAIN QUERY PLAN SELECT name, deleted_ms FROM objects WHERE bucket = ? AND name >= ? AND name < ?"
              " ORDER BY name LIMIT ?"),
      "SEARCH objects USING PRIMARY KEY (bucket=? AND name>? AND name<?)");
  EXPECT_EQ(plan_of("EXPLAIN QUERY PLAN SELECT name FROM objects WHERE expires_ms <= ? ORDER BY expires_ms LIMIT ?"),
            "SEARCH objects USING COVERING INDEX objects_expires (expires_ms<?)");
  EXPECT_EQ(plan_of("EXPLAIN QUERY PLAN SELECT name FROM objects WHERE deleted_ms < ? ORDER BY deleted_ms LIMIT ?"),
            "SEARCH objects USING COVERING INDEX objects_deleted (deleted_ms<?)");
}

}  // namespace
}  // namespace calotype
