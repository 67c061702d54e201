// What every Catalog promises of tenants that change and leave.

#include "contract/catalog_kit.h"
#include "contract/equal.h"
#include "contract/faults.h"

namespace calotype {
namespace {

template <class Kit>
class TenantsContract : public CatalogContract<Kit> {
 protected:
  /// A tenant with a bucket and objects in it, a rule, a host name and a watermark.
  Bucket add_shop(int objects = 5) {
    const auto domain = this->add_domain();
    const auto bucket = this->add_bucket(domain);
    this->add_rule(domain);
    run_task(this->catalog.add_watermark({}, samples::watermark(domain)));
    run_task(this->catalog.add_distribution({}, samples::distribution(domain.tenant)));
    for (int i = 0; i < objects; ++i) {
      run_task(this->kit.index.add({}, samples::object(bucket, "picture " + std::to_string(i)), {}));
    }
    return bucket;
  }
  /// Until it is gone; gives in how many steps.
  int remove_all(TenantId id, std::size_t most) {
    int steps = 1;
    while (run_task(this->catalog.remove_some({}, id, most, samples::at(900), samples::at(1000))) > 0) ++steps;
    return steps;
  }
};
TYPED_TEST_SUITE(TenantsContract, Kits);

TYPED_TEST(TenantsContract, ChangesWhatIsGiven) {
  auto tenant = this->add_tenant();

  tenant.name = "New name";
  EXPECT_TRUE(is_same(run_task(this->catalog.change_tenant({}, tenant.id, {.name = "New name"})), tenant));
  tenant.admin_email = "new@example.org";
  tenant.demands = {.expiry = false, .token_id = true};
  const auto changed =
      run_task(this->catalog.change_tenant({}, tenant.id, {.admin_email = "new@example.org", .needs_expiry = false}));
  EXPECT_TRUE(is_same(changed, tenant));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_tenant({}, tenant.id)), tenant));
  EXPECT_FALSE(run_task(this->catalog.change_tenant({}, TenantId::random(), {.name = "x"})));
}

TYPED_TEST(TenantsContract, LimitsHowOftenATenantMayCall) {
  auto tenant = this->add_tenant();
  tenant.rate = std::nullopt;

  EXPECT_TRUE(run_task(this->catalog.set_rate({}, tenant.id, std::nullopt)));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_tenant({}, tenant.id)), tenant));
  tenant.rate = Rate{.per_second = 0.5, .burst = 3};
  EXPECT_TRUE(run_task(this->catalog.set_rate({}, tenant.id, tenant.rate)));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_tenant({}, tenant.id)), tenant));
  EXPECT_FALSE(run_task(this->catalog.set_rate({}, TenantId::random(), tenant.rate)));
}

TYPED_TEST(TenantsContract, ProvesNobodyOfATenantThatIsLeaving) {
  const auto tenant = this->add_tenant();
  const auto key = samples::key(tenant.id);
  run_task(this->keys.add_key({}, key, {}));
  const auto held = run_task(this->keys.find_key({}, key.id));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->demands, tenant.demands);
  EXPECT_EQ(held->rate, tenant.rate);

  EXPECT_TRUE(run_task(this->catalog.begin_removal({}, tenant.id)));
  EXPECT_TRUE(run_task(this->catalog.begin_removal({}, tenant.id))) << "twice is once";

  EXPECT_FALSE(run_task(this->keys.find_key({}, key.id)));
  EXPECT_TRUE(run_task(this->catalog.find_tenant({}, tenant.id))->is_leaving);
  EXPECT_FALSE(run_task(this->catalog.change_tenant({}, tenant.id, {.name = "x"})));
  EXPECT_FALSE(run_task(this->catalog.begin_removal({}, TenantId::random())));
}

TYPED_TEST(TenantsContract, FindsNothingOfATenantThatIsLeaving) {
  const auto bucket = this->add_shop();
  EXPECT_TRUE(run_task(this->catalog.find_distribution_named({}, "img.shop.example")));

  run_task(this->catalog.begin_removal({}, bucket.tenant));

  EXPECT_FALSE(run_task(this->catalog.find_bucket({}, bucket.id)));
  EXPECT_FALSE(run_task(this->catalog.find_bucket_named({}, bucket.alias)));
  EXPECT_FALSE(run_task(this->catalog.find_distribution_named({}, "img.shop.example")));
}

TYPED_TEST(TenantsContract, RemovesATenantBitByBit) {
  const auto bucket = this->add_shop(5);
  const auto other = this->add_tenant("other");
  const auto others_domain = samples::domain(other.id);
  run_task(this->catalog.add_domain({}, others_domain));
  const auto kept = this->add_bucket(others_domain, "others");
  run_task(this->kit.index.add({}, samples::object(kept, "picture"), {}));
  EXPECT_FALSE(run_task(this->catalog.find_leaving({})));
  EXPECT_EQ(run_task(this->catalog.remove_some({}, other.id, 10, samples::at(900), samples::at(1000))), 0U)
      << "it stays";

  run_task(this->catalog.begin_removal({}, bucket.tenant));
  EXPECT_EQ(run_task(this->catalog.find_leaving({})), bucket.tenant);
  EXPECT_GT(this->remove_all(bucket.tenant, 2), 3);

  EXPECT_FALSE(run_task(this->catalog.find_leaving({})));
  EXPECT_FALSE(run_task(this->catalog.find_tenant({}, bucket.tenant)));
  EXPECT_TRUE(run_task(this->catalog.list_domains({}, bucket.tenant)).empty());
  EXPECT_TRUE(run_task(this->keys.list_keys({}, bucket.tenant)).empty());
  EXPECT_FALSE(run_task(this->kit.index.find({}, bucket.id, "picture 0")));
  EXPECT_TRUE(run_task(this->catalog.find_tenant({}, other.id)));
  EXPECT_TRUE(run_task(this->kit.index.find({}, kept.id, "picture")));
}

TYPED_TEST(TenantsContract, KeepsTheAliasesOfATenantThatLeft) {
  const auto bucket = this->add_shop(0);
  run_task(this->catalog.begin_removal({}, bucket.tenant));
  this->remove_all(bucket.tenant, 100);
  const auto domain = samples::domain(this->add_tenant("next").id);
  run_task(this->catalog.add_domain({}, domain));

  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(domain, bucket.alias, 999))), Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(domain, bucket.alias, 1001))), std::nullopt);
}

TYPED_TEST(TenantsContract, TheInstallationsOwnTenantStays) {
  auto house = samples::tenant("house");
  house.is_operator = true;
  run_task(this->catalog.add_tenant({}, house, samples::key(house.id)));

  EXPECT_EQ(fault_of(this->catalog.begin_removal({}, house.id)), Fault::conflict);
  EXPECT_FALSE(run_task(this->catalog.find_tenant({}, house.id))->is_leaving);
}

}  // namespace
}  // namespace calotype
