#include "access/key_ring.h"

#include <gtest/gtest.h>

#include "access/test_loop.h"
#include "adapters/memory/memory_catalog.h"
#include "core/error.h"
#include "core/fake_clock.h"
#include "support/token.h"

namespace calotype::access {
namespace {

/// A catalog's keys, which a test can disable or make unreachable.
class SwitchableKeys final : public Catalog {
 public:
  explicit SwitchableKeys(Catalog& real) : real_(real) {}

  bool is_active = true;
  bool is_down = false;
  int reads = 0;

  Task<std::optional<AccessKey>> find_key(Context ctx, AccessKeyId id) override {
    ++reads;
    if (is_down) throw Error(Fault::unavailable, "read a key: the database is gone");
    auto key = co_await real_.find_key(ctx, id);
    if (key) key->is_active = is_active;
    co_return key;
  }
  Task<std::optional<Tenant>> find_tenant(Context ctx, TenantId id) override { return real_.find_tenant(ctx, id); }

  Task<> add_tenant(Context, Tenant, AccessKey) override { std::abort(); }
  Task<std::optional<Tenant>> find_operator(Context) override { std::abort(); }
  Task<std::vector<Tenant>> list_tenants(Context) override { std::abort(); }
  Task<bool> set_quota(Context, TenantId, Quota) override { std::abort(); }
  Task<> add_key(Context, AccessKey) override { std::abort(); }
  Task<> add_domain(Context, Domain) override { std::abort(); }
  Task<std::optional<Domain>> find_domain(Context, TenantId, DomainId) override { std::abort(); }
  Task<std::optional<Domain>> find_domain_named(Context, TenantId, std::string) override { std::abort(); }
  Task<std::vector<Domain>> list_domains(Context, TenantId) override { std::abort(); }
  Task<bool> remove_domain(Context, TenantId, DomainId, WallTime) override { std::abort(); }
  Task<> add_bucket(Context, Bucket) override { std::abort(); }
  Task<std::optional<Bucket>> find_bucket(Context, BucketId) override { std::abort(); }
  Task<std::optional<Bucket>> find_bucket_named(Context, std::string) override { std::abort(); }
  Task<std::vector<Bucket>> list_buckets(Context, DomainId) override { std::abort(); }
  Task<Bucket> change_bucket(Context, BucketId, BucketChange, WallTime) override { std::abort(); }
  Task<bool> remove_bucket(Context, BucketId, WallTime, WallTime) override { std::abort(); }
  Task<> add_rule(Context, StoredRule) override { std::abort(); }
  Task<std::optional<StoredRule>> find_rule(Context, DomainId, RuleId) override { std::abort(); }
  Task<std::optional<StoredRule>> find_rule_named(Context, DomainId, std::string) override { std::abort(); }
  Task<std::vector<StoredRule>> list_rules(Context, DomainId) override { std::abort(); }
  Task<bool> add_revision(Context, StoredRule) override { std::abort(); }
  Task<std::optional<StoredRule>> find_revision(Context, DomainId, RuleId, int) override { std::abort(); }
  Task<std::vector<RuleRevision>> list_revisions(Context, DomainId, RuleId, int, int) override { std::abort(); }
  Task<bool> remove_rule(Context, DomainId, RuleId, WallTime) override { std::abort(); }
  Task<bool> put_label(Context, DomainId, RuleId, RuleLabel) override { std::abort(); }
  Task<std::optional<RuleLabel>> find_label(Context, DomainId, RuleId, std::string) override { std::abort(); }
  Task<std::vector<RuleLabel>> list_labels(Context, DomainId, RuleId) override { std::abort(); }
  Task<bool> remove_label(Context, DomainId, RuleId, std::string, WallTime) override { std::abort(); }
  Task<> add_watermark(Context, StoredWatermark) override { std::abort(); }
  Task<std::optional<StoredWatermark>> find_watermark(Context, DomainId, WatermarkId) override { std::abort(); }
  Task<std::optional<StoredWatermark>> find_watermark_named(Context, DomainId, std::string) override { std::abort(); }
  Task<std::optional<StoredWatermark>> find_default_watermark(Context, DomainId) override { std::abort(); }
  Task<std::vector<StoredWatermark>> list_watermarks(Context, DomainId) override { std::abort(); }
  Task<bool> change_watermark(Context, StoredWatermark) override { std::abort(); }
  Task<bool> remove_watermark(Context, DomainId, WatermarkId, WallTime) override { std::abort(); }
  Task<> add_distribution(Context, Distribution) override { std::abort(); }
  Task<std::optional<Distribution>> find_distribution(Context, TenantId, DistributionId) override { std::abort(); }
  Task<std::optional<Distribution>> find_distribution_named(Context, std::string) override { std::abort(); }
  Task<std::vector<Distribution>> list_distributions(Context, TenantId) override { std::abort(); }
  Task<bool> change_distribution(Context, Distribution, WallTime) override { std::abort(); }
  Task<bool> remove_distribution(Context, TenantId, DistributionId, WallTime) override { std::abort(); }
  Task<> check(Context) override { std::abort(); }

 private:
  Catalog& real_;
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
  loop_.run(catalog_.add_key({}, broken));

  EXPECT_FALSE(is_known(broken.id));
}

}  // namespace
}  // namespace calotype::access
