// What every Catalog promises.

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "contract/catalog_kit.h"
#include "contract/equal.h"
#include "contract/faults.h"

namespace calotype {
namespace {

TYPED_TEST_SUITE(CatalogContract, Kits);

TYPED_TEST(CatalogContract, GivesBackATenantAndItsKeyAsTheyWere) {
  const auto tenant = samples::tenant();
  const auto key = samples::key(tenant.id);

  run_task(this->catalog.add_tenant({}, tenant, key));

  EXPECT_TRUE(is_same(run_task(this->catalog.find_tenant({}, tenant.id)), tenant));
  const auto held = run_task(this->keys.find_key({}, key.id));
  ASSERT_TRUE(held);
  EXPECT_TRUE(is_same(held->key, key));
  ASSERT_EQ(held->policies.size(), 1U);
  EXPECT_EQ(held->policies[0].id, default_policy_of(tenant.id));
  EXPECT_FALSE(run_task(this->catalog.find_operator({})).has_value());
}

TYPED_TEST(CatalogContract, FindsNothingWhereNothingIs) {
  const auto domain = this->add_domain();

  EXPECT_FALSE(run_task(this->catalog.find_tenant({}, TenantId::random())).has_value());
  EXPECT_FALSE(run_task(this->keys.find_key({}, AccessKeyId::random())).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_domain({}, domain.tenant, DomainId::random())).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_bucket({}, BucketId::random())).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_bucket_named({}, "none")).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_rule({}, domain.id, RuleId::random())).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_watermark({}, domain.id, WatermarkId::random())).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_default_watermark({}, domain.id)).has_value());
  EXPECT_TRUE(run_task(this->catalog.list_rules({}, domain.id)).empty());
}

TYPED_TEST(CatalogContract, HasOneOperatorAtMost) {
  auto first = samples::tenant("operator");
  first.is_operator = true;
  auto second = samples::tenant("another");
  second.is_operator = true;
  run_task(this->catalog.add_tenant({}, first, samples::key(first.id)));

  EXPECT_EQ(fault_of(this->catalog.add_tenant({}, second, samples::key(second.id))), Fault::conflict);

  EXPECT_TRUE(is_same(run_task(this->catalog.find_operator({})), first));
}

TYPED_TEST(CatalogContract, AddsNoTenantWhoseKeyCannotBeAdded) {
  const auto first = this->add_tenant();
  const auto taken = samples::key(first.id);
  run_task(this->keys.add_key({}, taken, {}));
  const auto second = samples::tenant("second");
  auto key = samples::key(second.id);
  key.id = taken.id;

  EXPECT_EQ(fault_of(this->catalog.add_tenant({}, second, key)), Fault::conflict);

  EXPECT_FALSE(run_task(this->catalog.find_tenant({}, second.id)).has_value());
}

TYPED_TEST(CatalogContract, ListsTenantsByCreation) {
  this->add_tenant("third", 30);
  this->add_tenant("first", 10);
  this->add_tenant("second", 20);

  const auto tenants = run_task(this->catalog.list_tenants({}));

  ASSERT_EQ(tenants.size(), 3U);
  EXPECT_EQ(tenants[0].name, "first");
  EXPECT_EQ(tenants[1].name, "second");
  EXPECT_EQ(tenants[2].name, "third");
}

TYPED_TEST(CatalogContract, GivesBackADomainByIdAndNameToItsTenantOnly) {
  const auto domain = this->add_domain();
  const auto other = this->add_tenant("other");

  EXPECT_TRUE(is_same(run_task(this->catalog.find_domain({}, domain.tenant, domain.id)), domain));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_domain_named({}, domain.tenant, domain.name)), domain));
  EXPECT_FALSE(run_task(this->catalog.find_domain({}, other.id, domain.id)).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_domain_named({}, other.id, domain.name)).has_value());
}

TYPED_TEST(CatalogContract, LetsTwoTenantsUseOneDomainNameButNotOneTenantTwice) {
  const auto domain = this->add_domain("shop");
  const auto other = this->add_tenant("other");

  EXPECT_EQ(fault_of(this->catalog.add_domain({}, samples::domain(domain.tenant, "shop"))), Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.add_domain({}, samples::domain(other.id, "shop"))), std::nullopt);
  EXPECT_EQ(run_task(this->catalog.list_domains({}, domain.tenant)).size(), 1U);
}

TYPED_TEST(CatalogContract, RefusesWhatHasNoParent) {
  const auto domain = this->add_domain();
  const auto stranger = this->add_tenant("stranger");
  auto nowhere = domain;
  nowhere.id = DomainId::random();
  auto stolen = domain;
  stolen.tenant = stranger.id;

  EXPECT_EQ(fault_of(this->keys.add_key({}, samples::key(TenantId::random()), {})), Fault::missing);
  EXPECT_EQ(fault_of(this->catalog.add_domain({}, samples::domain(TenantId::random()))), Fault::missing);
  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(nowhere))), Fault::missing);
  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(stolen))), Fault::missing);
  EXPECT_EQ(fault_of(this->catalog.add_rule({}, samples::rule(nowhere))), Fault::missing);
  EXPECT_EQ(fault_of(this->catalog.add_watermark({}, samples::watermark(nowhere))), Fault::missing);
  EXPECT_FALSE(run_task(this->catalog.find_bucket_named({}, "shop-pictures")).has_value());
}

TYPED_TEST(CatalogContract, GivesBackABucketByIdAndAlias) {
  const auto domain = this->add_domain();
  const auto bucket = samples::bucket(domain);

  run_task(this->catalog.add_bucket({}, bucket));

  EXPECT_TRUE(is_same(run_task(this->catalog.find_bucket({}, bucket.id)), bucket));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_bucket_named({}, bucket.alias)), bucket));
  const auto listed = run_task(this->catalog.list_buckets({}, domain.id));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_TRUE(is_same(listed[0], bucket));
}

TYPED_TEST(CatalogContract, HasAnAliasOfABucketOnceInTheInstallation) {
  run_task(this->catalog.add_bucket({}, samples::bucket(this->add_domain(), "pictures")));
  const auto other = this->add_domain("other");

  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(other, "pictures"))), Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(other, "Pictures"))), std::nullopt);
}

TYPED_TEST(CatalogContract, GivesBackARuleByIdAndNameToItsDomainOnly) {
  const auto domain = this->add_domain();
  const auto other = this->add_domain("other");
  const auto rule = samples::rule(domain);

  run_task(this->catalog.add_rule({}, rule));

  EXPECT_TRUE(is_same(run_task(this->catalog.find_rule({}, domain.id, rule.id)), rule));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_rule_named({}, domain.id, rule.name)), rule));
  EXPECT_FALSE(run_task(this->catalog.find_rule({}, other.id, rule.id)).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_rule_named({}, other.id, rule.name)).has_value());
  EXPECT_EQ(fault_of(this->catalog.add_rule({}, samples::rule(domain, rule.name))), Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.add_rule({}, samples::rule(other, rule.name))), std::nullopt);
  EXPECT_EQ(run_task(this->catalog.list_rules({}, domain.id)).size(), 1U);
}

TYPED_TEST(CatalogContract, GivesBackAWatermarkByIdAndAliasToItsDomainOnly) {
  const auto domain = this->add_domain();
  const auto other = this->add_domain("other");
  const auto mark = samples::watermark(domain);

  run_task(this->catalog.add_watermark({}, mark));

  EXPECT_TRUE(is_same(run_task(this->catalog.find_watermark({}, domain.id, mark.id)), mark));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_watermark_named({}, domain.id, mark.alias)), mark));
  EXPECT_FALSE(run_task(this->catalog.find_watermark({}, other.id, mark.id)).has_value());
  EXPECT_EQ(fault_of(this->catalog.add_watermark({}, samples::watermark(domain, mark.alias))), Fault::conflict);
}

TYPED_TEST(CatalogContract, TakesAnyNumberOfWatermarksWithoutAlias) {
  const auto domain = this->add_domain();
  const auto second = samples::watermark(domain, "", 2);
  const auto first = samples::watermark(domain, "", 1);

  run_task(this->catalog.add_watermark({}, second));
  run_task(this->catalog.add_watermark({}, first));

  EXPECT_FALSE(run_task(this->catalog.find_watermark_named({}, domain.id, "")).has_value());
  EXPECT_TRUE(is_same(run_task(this->catalog.find_default_watermark({}, domain.id)), first));
  const auto listed = run_task(this->catalog.list_watermarks({}, domain.id));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_TRUE(is_same(listed[1], second));
}

TYPED_TEST(CatalogContract, CanBeUsedRightNow) { EXPECT_EQ(fault_of(this->catalog.check({})), std::nullopt); }

}  // namespace
}  // namespace calotype
