// What all Leases promise.

#include <gtest/gtest.h>

#include "adapters/memory/memory_leases.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_leases.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  MemoryLeases leases;
};

struct SqliteKit {
  TempDir folder{TempDir::Medium::memory};
  Database database{folder / "calotype.db"};
  SqliteLeases leases{database};
};

template <class Kit>
class LeasesContract : public ::testing::Test {
 protected:
  /// At `second`, for ten seconds.
  std::optional<std::string> take(RunnerId runner, int second = 0, std::string name = "sweep") {
    return run_task(leases.take({}, std::move(name), runner, samples::at(second), samples::at(second + 10)));
  }
  bool note(RunnerId runner, std::string cursor) {
    return run_task(leases.note({}, "sweep", runner, std::move(cursor)));
  }

  Kit kit;
  Leases& leases = kit.leases;
  RunnerId one = RunnerId::random();
  RunnerId other = RunnerId::random();
};

using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(LeasesContract, Kits);

TYPED_TEST(LeasesContract, OneAtATimeHasTheWork) {
  EXPECT_EQ(this->take(this->one), "");
  EXPECT_EQ(this->take(this->other, 9), std::nullopt);
  EXPECT_EQ(this->take(this->other, 9, "another work"), "");
  EXPECT_EQ(this->take(this->one, 9), "") << "it keeps what it has";
  EXPECT_EQ(this->take(this->other, 18), std::nullopt);
  EXPECT_EQ(this->take(this->other, 19), "");
  EXPECT_EQ(this->take(this->one, 20), std::nullopt);
}

TYPED_TEST(LeasesContract, TheNextGoesOnWhereTheLastCame) {
  this->take(this->one);
  EXPECT_TRUE(this->note(this->one, "half-way"));
  EXPECT_FALSE(this->note(this->other, "elsewhere"));

  EXPECT_EQ(this->take(this->other, 10), "half-way");
  EXPECT_FALSE(this->note(this->one, "late"));
  EXPECT_EQ(this->take(this->other, 11), "half-way");
}

TYPED_TEST(LeasesContract, WhatIsGivenBackIsFree) {
  this->take(this->one);
  run_task(this->leases.release({}, "sweep", this->other));
  EXPECT_EQ(this->take(this->other, 1), std::nullopt) << "it was not its own";
  this->note(this->one, "half-way");
  run_task(this->leases.release({}, "sweep", this->one));

  EXPECT_EQ(this->take(this->other, 1), "half-way");
}

TYPED_TEST(LeasesContract, GivesAllBackAtTheStartOfOneThatIsAlone) {
  run_task(this->leases.take({}, "sweep", this->one, samples::at(0), samples::at(60)));
  run_task(this->leases.note({}, "sweep", this->one, "half"));

  run_task(this->leases.release_all({}));

  EXPECT_EQ(run_task(this->leases.take({}, "sweep", this->other, samples::at(1), samples::at(60))), "half");
}

}  // namespace
}  // namespace calotype
