#include "adapters/sqlite/migrations.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/temp_dir.h"

namespace calotype {
namespace {

const std::vector<Migration> kTwo{{"0001_first.sql", "CREATE TABLE first (id INTEGER) STRICT;"},
                                  {"0002_second.sql", "CREATE TABLE second (id INTEGER) STRICT;"}};

std::int64_t count_of(Connection& connection, const char* sql) {
  Query query(connection, sql);
  query.step();
  return query.integer();
}

Fault fault_of_migrate(Connection& connection, std::span<const Migration> migrations, std::string& message) {
  try {
    migrate(connection, migrations);
  } catch (const Error& error) {
    message = error.what();
    return error.fault();
  }
  throw std::runtime_error("nothing was thrown");
}

class Migrations : public ::testing::Test {
 protected:
  TempDir folder_;
  Connection connection_{folder_ / "calotype.db", Connection::Use::write};
  std::string message_;
};

TEST_F(Migrations, RunInOrderAndAreRecorded) {
  migrate(connection_, kTwo);

  EXPECT_EQ(count_of(connection_, "SELECT count(*) FROM sqlite_schema WHERE name IN ('first', 'second')"), 2);
  EXPECT_EQ(count_of(connection_, "SELECT count(*) FROM migrations WHERE name = '0002_second.sql'"), 1);
}

TEST_F(Migrations, RunOnceOnly) {
  migrate(connection_, kTwo);
  migrate(connection_, kTwo);

  EXPECT_EQ(count_of(connection_, "SELECT count(*) FROM migrations"), 2);
}

TEST_F(Migrations, GoOnFromWhereADatabaseStands) {
  migrate(connection_, std::span(kTwo).first(1));
  connection_.run("INSERT INTO first VALUES (42)");

  migrate(connection_, kTwo);

  EXPECT_EQ(count_of(connection_, "SELECT id FROM first"), 42);
  EXPECT_EQ(count_of(connection_, "SELECT count(*) FROM second"), 0);
}

TEST_F(Migrations, RefuseADatabaseThatANewerProgramChanged) {
  migrate(connection_, kTwo);

  EXPECT_EQ(fault_of_migrate(connection_, std::span(kTwo).first(1), message_), Fault::conflict);

  EXPECT_EQ(message_,
            "open the database: a newer program has changed it (step 0002_second.sql); this one knows steps up to 1");
  EXPECT_EQ(count_of(connection_, "SELECT count(*) FROM migrations"), 2);
}

TEST_F(Migrations, RefuseADatabaseMadeByOtherSteps) {
  migrate(connection_, kTwo);
  auto other = kTwo;
  other[0].second = "CREATE TABLE else_what (id INTEGER) STRICT;";

  EXPECT_EQ(fault_of_migrate(connection_, other, message_), Fault::conflict);
}

TEST_F(Migrations, ChangeNothingWhenOneFails) {
  auto broken = kTwo;
  broken[1].second = "CREATE TABLE second (id INTEGER) STRICT; CREATE TABLE first (again INTEGER) STRICT;";

  EXPECT_EQ(fault_of_migrate(connection_, broken, message_), Fault::internal);

  EXPECT_EQ(count_of(connection_, "SELECT count(*) FROM sqlite_schema"), 0);
  EXPECT_FALSE(connection_.is_in_transaction());
}

TEST_F(Migrations, AreNumberedWithoutAGap) {
  const auto migrations = built_in_migrations();

  ASSERT_FALSE(migrations.empty());
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    EXPECT_EQ(std::stoul(std::string(migrations[i].first.substr(0, 4))), i + 1) << migrations[i].first;
  }
}

}  // namespace
}  // namespace calotype
