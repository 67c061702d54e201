// What all UsedTokens promise.

#include <gtest/gtest.h>

#include "adapters/memory/memory_used_tokens.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_used_tokens.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  MemoryUsedTokens tokens;
};

struct SqliteKit {
  TempDir folder{TempDir::Medium::memory};
  Database database{folder / "calotype.db"};
  SqliteUsedTokens tokens{database};
};

template <class Kit>
class UsedTokensContract : public ::testing::Test {
 protected:
  bool use(TenantId whose, const std::string& token, int second) {
    return run_task(kit.tokens.use({}, whose, Digest::of(token), samples::at(second)));
  }
  Kit kit;
  TenantId tenant = TenantId::random();
};
using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(UsedTokensContract, Kits);

TYPED_TEST(UsedTokensContract, ATokenIsUsedOnceByEachTenant) {
  EXPECT_TRUE(this->use(this->tenant, "a", 10));
  EXPECT_FALSE(this->use(this->tenant, "a", 10));
  EXPECT_FALSE(this->use(this->tenant, "a", 99)) << "whatever it says of its end";
  EXPECT_TRUE(this->use(this->tenant, "b", 10));
  EXPECT_TRUE(this->use(TenantId::random(), "a", 10));
}

TYPED_TEST(UsedTokensContract, ForgetsWhatIsOverABitAtATime) {
  for (const auto* token : {"a", "b", "c"}) this->use(this->tenant, token, 10);
  this->use(this->tenant, "d", 20);

  EXPECT_EQ(run_task(this->kit.tokens.forget({}, samples::at(9), 10)), 0U);
  EXPECT_EQ(run_task(this->kit.tokens.forget({}, samples::at(10), 2)), 2U);
  EXPECT_EQ(run_task(this->kit.tokens.forget({}, samples::at(10), 2)), 1U);
  EXPECT_TRUE(this->use(this->tenant, "a", 30));
  EXPECT_FALSE(this->use(this->tenant, "d", 30));
}

}  // namespace
}  // namespace calotype
