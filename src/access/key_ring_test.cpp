#include "access/key_ring.h"

#include <gtest/gtest.h>

#include "access/test_loop.h"
#include "adapters/memory/memory_catalog.h"
#include "core/error.h"
#include "core/fake_clock.h"
#include "support/token.h"

namespace calotype::access {
namespace {

/// A store's keys, which a test can disable or make unreachable.
class SwitchableKeys final : public KeyStore {
 public:
  explicit SwitchableKeys(KeyStore& real) : real_(real) {}

  bool is_active = true;
  bool is_down = false;
  int reads = 0;

  Task<std::optional<HeldKey>> find_key(Context ctx, AccessKeyId id) override {
    ++reads;
    if (is_down) throw Error(Fault::unavailable, "read a key: the database is gone");
    auto held = co_await real_.find_key(ctx, id);
    if (held) held->key.is_active = is_active;
    co_return held;
  }

  Task<> add_key(Context, AccessKey, std::vector<PolicyId>) override { std::abort(); }
  Task<std::vector<AccessKey>> list_keys(Context, TenantId) override { std::abort(); }
  Task<std::optional<AccessKey>> change_key(Context, TenantId, AccessKeyId, KeyChange) override { std::abort(); }
  Task<bool> remove_key(Context, TenantId, AccessKeyId, WallTime) override { std::abort(); }
  Task<> add_policy(Context, StoredPolicy) override { std::abort(); }
  Task<std::optional<StoredPolicy>> find_policy(Context, TenantId, PolicyId) override { std::abort(); }
  Task<std::optional<StoredPolicy>> find_policy_named(Context, TenantId, std::string) override { std::abort(); }
  Task<std::vector<StoredPolicy>> list_policies(Context, TenantId) override { std::abort(); }
  Task<bool> change_policy(Context, StoredPolicy, WallTime) override { std::abort(); }
  Task<bool> remove_policy(Context, TenantId, PolicyId, WallTime) override { std::abort(); }
  Task<bool> attach(Context, TenantId, AccessKeyId, PolicyId, WallTime) override { std::abort(); }
  Task<bool> detach(Context, TenantId, AccessKeyId, PolicyId, WallTime) override { std::abort(); }

 private:
  KeyStore& real_;
};

class KeyRingTest : public ::testing::Test {
 protected:
  KeyRingTest() {
    const Tenant tenant{.id = TenantId::random(), .name = "shop", .admin_email = "a@b.c", .created = {}};
    key_ = {.id = AccessKeyId::random(),
            .tenant = tenant.id,
            .public_key_pem = test_keys().public_pem,
            .description = "",
            .is_active = true,
            .created = {}};
    loop_.run(catalog_.add_tenant({}, tenant, key_));
  }

  bool is_known(AccessKeyId id) { return loop_.run(ring_.find({}, id)) != nullptr; }

  TestLoop loop_;
  FakeClock clock_;
  MemoryCatalog catalog_;
  SwitchableKeys keys_{catalog_};
  KeyRing ring_{keys_, clock_};
  AccessKey key_;
};

TEST_F(KeyRingTest, ADisabledKeyStopsWorkingWithinASecond) {
  EXPECT_TRUE(is_known(key_.id));
  EXPECT_TRUE(is_known(key_.id));
  EXPECT_EQ(keys_.reads, 1) << "kept meanwhile";
  keys_.is_active = false;
  clock_.advance(Milliseconds(1000));

  EXPECT_FALSE(is_known(key_.id));
  EXPECT_FALSE(is_known(key_.id));
  EXPECT_EQ(keys_.reads, 2) << "its absence is kept as well";
}

TEST_F(KeyRingTest, SaysThatTheCatalogIsDownAndAsksAgain) {
  keys_.is_down = true;
  try {
    is_known(key_.id);
    FAIL() << "it answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unavailable) << "no wrong key: the caller may try again";
  }
  keys_.is_down = false;

  EXPECT_TRUE(is_known(key_.id));
}

TEST_F(KeyRingTest, AFloodOfUnknownKeysDoesNotGrowIt) {
  for (std::size_t i = 0; i < KeyRing::kMaxKeys + 10; ++i) EXPECT_FALSE(is_known(AccessKeyId::random()));

  EXPECT_LE(ring_.size(), KeyRing::kMaxKeys);
  EXPECT_TRUE(is_known(key_.id));
}

TEST_F(KeyRingTest, AKeyThatCannotBeUsedIsUnknown) {
  auto broken = key_;
  broken.id = AccessKeyId::random();
  broken.public_key_pem = "no key";
  loop_.run(catalog_.add_key({}, broken, {}));

  EXPECT_FALSE(is_known(broken.id));
}

}  // namespace
}  // namespace calotype::access
