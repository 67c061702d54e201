// What every Catalog promises of what is changed and removed.

#include "contract/catalog_kit.h"
#include "contract/equal.h"
#include "contract/faults.h"

namespace calotype {
namespace {

template <class Kit>
class CatalogSitesContract : public CatalogContract<Kit> {};
TYPED_TEST_SUITE(CatalogSitesContract, Kits);

const WallTime kLater = samples::at(1'000'000);

TYPED_TEST(CatalogSitesContract, SetsTheQuotaOfATenant) {
  const auto tenant = this->add_tenant();

  EXPECT_TRUE(run_task(this->catalog.set_quota({}, tenant.id, {.objects = 0})));
  EXPECT_EQ(run_task(this->catalog.find_tenant({}, tenant.id))->quota, (Quota{.objects = 0}));
  EXPECT_FALSE(run_task(this->catalog.set_quota({}, TenantId::random(), {})));
}

TYPED_TEST(CatalogSitesContract, RemovesADomainOnlyOnceItHoldsNothing) {
  const auto domain = this->add_domain();
  const auto bucket = this->add_bucket(domain);
  const auto rule = this->add_rule(domain);
  const auto mark = samples::watermark(domain);
  run_task(this->catalog.add_watermark({}, mark));
  const auto remove = [&] { return this->catalog.remove_domain({}, domain.tenant, domain.id, kLater); };

  EXPECT_EQ(fault_of(remove()), Fault::conflict);
  run_task(this->catalog.remove_bucket({}, bucket.id, kLater, kLater));
  EXPECT_EQ(fault_of(remove()), Fault::conflict);
  run_task(this->catalog.remove_rule({}, domain.id, rule.id, kLater));
  EXPECT_EQ(fault_of(remove()), Fault::conflict);
  run_task(this->catalog.remove_watermark({}, domain.id, mark.id, kLater));

  EXPECT_FALSE(run_task(this->catalog.remove_domain({}, TenantId::random(), domain.id, kLater))) << "another's";
  EXPECT_TRUE(run_task(remove()));
  EXPECT_FALSE(run_task(remove()));
  EXPECT_FALSE(run_task(this->catalog.find_domain({}, domain.tenant, domain.id)).has_value());
}

TYPED_TEST(CatalogSitesContract, ChangesWhatABucketsChangeSays) {
  const auto bucket = this->add_bucket(this->add_domain());
  const BucketChange all{.alias = "other",
                         .region = "us",
                         .serves_statics = false,
                         .is_private = false,
                         .max_age = Seconds(1),
                         .default_rule = "",
                         .forbidden_types = std::vector<std::string>{},
                         .quota = Quota{.objects = 7},
                         .when = samples::at(9)};

  EXPECT_TRUE(is_same(run_task(this->catalog.change_bucket({}, bucket.id, {.when = bucket.changed}, kLater)), bucket));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_bucket({}, bucket.id)), bucket));
  const auto after = run_task(this->catalog.change_bucket({}, bucket.id, all, kLater));

  EXPECT_TRUE(is_same(after, changed(bucket, all)));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_bucket_named({}, "other")), after));
  EXPECT_FALSE(run_task(this->catalog.find_bucket_named({}, bucket.alias)).has_value());
  EXPECT_EQ(fault_of(this->catalog.change_bucket({}, BucketId::random(), all, kLater)), Fault::missing);
}

TYPED_TEST(CatalogSitesContract, KeepsAnAliasThatWasGivenUpForItsTenant) {
  const auto domain = this->add_domain();
  const auto theirs = this->add_domain("theirs");
  const auto bucket = this->add_bucket(domain, "pictures");
  this->add_bucket(theirs, "taken");
  run_task(this->catalog.change_bucket({}, bucket.id, {.alias = "photos", .when = samples::at(1)}, samples::at(100)));

  const auto take = [&](const Domain& whose, int second) {
    return this->catalog.add_bucket({}, samples::bucket(whose, "pictures", second));
  };
  EXPECT_EQ(fault_of(take(theirs, 99)), Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.change_bucket({}, bucket.id, {.alias = "taken", .when = samples::at(2)}, kLater)),
            Fault::conflict);
  EXPECT_EQ(run_task(this->catalog.find_bucket({}, bucket.id))->alias, "photos") << "all or nothing";
  EXPECT_EQ(fault_of(take(theirs, 100)), std::nullopt) << "not for ever";

  const auto own = this->add_bucket(domain, "mine");
  EXPECT_TRUE(run_task(this->catalog.remove_bucket({}, own.id, kLater, kLater)));
  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(theirs, "mine", 2))), Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.add_bucket({}, samples::bucket(domain, "mine", 2))), std::nullopt) << "its own";
}

TYPED_TEST(CatalogSitesContract, RemovesABucketOnlyOnceItHoldsNoObjects) {
  const auto bucket = this->add_bucket(this->add_domain());
  const auto object = samples::object(bucket);
  run_task(this->kit.index.add({}, object));
  const auto remove = [&] { return this->catalog.remove_bucket({}, bucket.id, kLater, kLater); };

  EXPECT_EQ(fault_of(remove()), Fault::conflict);
  run_task(this->kit.index.mark_deleted({}, bucket.id, object.name, samples::at(1)));
  EXPECT_EQ(fault_of(remove()), Fault::conflict) << "it can be restored";
  EXPECT_TRUE(run_task(this->catalog.find_bucket({}, bucket.id)).has_value());
  run_task(this->kit.index.remove({}, bucket.id, object.name, samples::at(2)));

  EXPECT_TRUE(run_task(remove()));
  EXPECT_FALSE(run_task(remove()));
  EXPECT_FALSE(run_task(this->catalog.find_bucket_named({}, bucket.alias)).has_value());
}

TYPED_TEST(CatalogSitesContract, KeepsEveryRevisionOfARule) {
  const auto domain = this->add_domain();
  const auto first = this->add_rule(domain);
  auto second = first;
  second.revision = 2;
  second.body = R"({"name":"ad-large","quality":5})";
  second.hash = Digest::of(second.body);
  second.created = samples::at(5);

  EXPECT_TRUE(run_task(this->catalog.add_revision({}, second)));
  EXPECT_FALSE(run_task(this->catalog.add_revision({}, second))) << "somebody was faster";
  auto gap = second;
  gap.revision = 4;
  EXPECT_FALSE(run_task(this->catalog.add_revision({}, gap)));
  auto elsewhere = second;
  elsewhere.revision = 3;
  elsewhere.domain = this->add_domain("other").id;
  EXPECT_FALSE(run_task(this->catalog.add_revision({}, elsewhere)));

  EXPECT_TRUE(is_same(run_task(this->catalog.find_rule({}, domain.id, first.id)), second));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_rule_named({}, domain.id, first.name)), second));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_revision({}, domain.id, first.id, 1)), first));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_revision({}, domain.id, first.id, 2)), second));
  EXPECT_FALSE(run_task(this->catalog.find_revision({}, domain.id, first.id, 3)).has_value());
  EXPECT_FALSE(run_task(this->catalog.find_revision({}, elsewhere.domain, first.id, 1)).has_value());
  EXPECT_EQ(run_task(this->catalog.list_rules({}, domain.id)).size(), 1U);
}

TYPED_TEST(CatalogSitesContract, ListsRevisionsTheLatestFirst) {
  const auto domain = this->add_domain();
  auto rule = this->add_rule(domain);
  for (rule.revision = 2; rule.revision <= 5; ++rule.revision) run_task(this->catalog.add_revision({}, rule));
  const auto list = [&](DomainId where, int before, int most) {
    std::vector<int> numbers;
    for (const auto& one : run_task(this->catalog.list_revisions({}, where, rule.id, before, most))) {
      EXPECT_TRUE(is_same(one, {.revision = one.revision, .hash = rule.hash, .created = rule.created}));
      numbers.push_back(one.revision);
    }
    return numbers;
  };

  EXPECT_EQ(list(domain.id, 1000, 100), (std::vector<int>{5, 4, 3, 2, 1}));
  EXPECT_EQ(list(domain.id, 4, 2), (std::vector<int>{3, 2}));
  EXPECT_EQ(list(domain.id, 1, 2), std::vector<int>{});
  EXPECT_EQ(list(DomainId::random(), 1000, 100), std::vector<int>{});
}

TYPED_TEST(CatalogSitesContract, MovesLabels) {
  const auto domain = this->add_domain();
  auto rule = this->add_rule(domain);
  rule.revision = 2;
  run_task(this->catalog.add_revision({}, rule));
  const RuleLabel live{.name = "live", .revision = 1, .moved = samples::at(3)};
  const RuleLabel moved{.name = "live", .revision = 2, .moved = samples::at(4)};
  const RuleLabel beta{.name = "beta", .revision = 1, .moved = samples::at(5)};
  const auto put = [&](RuleLabel label) { return run_task(this->catalog.put_label({}, domain.id, rule.id, label)); };
  const auto find = [&](std::string name) {
    return run_task(this->catalog.find_label({}, domain.id, rule.id, std::move(name)));
  };

  EXPECT_TRUE(put(live));
  EXPECT_TRUE(is_same(find("live"), live));
  EXPECT_TRUE(put(moved));
  EXPECT_TRUE(put(beta));
  EXPECT_FALSE(put({.name = "live", .revision = 3})) << "no such revision";
  EXPECT_FALSE(run_task(this->catalog.put_label({}, DomainId::random(), rule.id, live)));
  EXPECT_TRUE(is_same(find("live"), moved));
  EXPECT_FALSE(find("Live").has_value());
  EXPECT_FALSE(run_task(this->catalog.find_label({}, DomainId::random(), rule.id, "live")).has_value());
  const auto all = run_task(this->catalog.list_labels({}, domain.id, rule.id));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(is_same(all[0], beta));
  EXPECT_TRUE(is_same(all[1], moved));
  EXPECT_TRUE(run_task(this->catalog.remove_label({}, domain.id, rule.id, "beta", kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_label({}, domain.id, rule.id, "beta", kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_label({}, DomainId::random(), rule.id, "live", kLater)));
}

TYPED_TEST(CatalogSitesContract, RemovesARuleWithItsRevisionsAndLabels) {
  const auto domain = this->add_domain();
  const auto rule = this->add_rule(domain);
  run_task(this->catalog.put_label({}, domain.id, rule.id, {.name = "live", .revision = 1}));

  EXPECT_FALSE(run_task(this->catalog.remove_rule({}, DomainId::random(), rule.id, kLater)));
  EXPECT_TRUE(run_task(this->catalog.remove_rule({}, domain.id, rule.id, kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_rule({}, domain.id, rule.id, kLater)));

  EXPECT_FALSE(run_task(this->catalog.find_revision({}, domain.id, rule.id, 1)).has_value());
  EXPECT_TRUE(run_task(this->catalog.list_labels({}, domain.id, rule.id)).empty());
  EXPECT_EQ(fault_of(this->catalog.add_rule({}, samples::rule(domain, rule.name))), std::nullopt) << "the name is free";
}

TYPED_TEST(CatalogSitesContract, ReplacesAWatermark) {
  const auto domain = this->add_domain();
  const auto mark = samples::watermark(domain);
  run_task(this->catalog.add_watermark({}, mark));
  run_task(this->catalog.add_watermark({}, samples::watermark(domain, "taken", 1)));
  auto next = mark;
  next.alias = "";
  next.content = Digest::of("another");
  next.size_bytes = 3;
  next.info = ImageInfo{.format = ImageFormat::png, .size = {.width = 1, .height = 2}};
  next.changed = samples::at(50);

  EXPECT_TRUE(run_task(this->catalog.change_watermark({}, next)));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_watermark({}, domain.id, mark.id)), next));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_default_watermark({}, domain.id)), next)) << "still the first";
  next.alias = "taken";
  EXPECT_EQ(fault_of(this->catalog.change_watermark({}, next)), Fault::conflict);
  next.id = WatermarkId::random();
  next.alias = "new";
  EXPECT_FALSE(run_task(this->catalog.change_watermark({}, next)));
}

TYPED_TEST(CatalogSitesContract, ChangesTheDefaultWatermarkWhenItIsRemoved) {
  const auto domain = this->add_domain();
  const auto first = samples::watermark(domain, "first", 1);
  auto second = samples::watermark(domain, "second", 2);
  run_task(this->catalog.add_watermark({}, first));
  run_task(this->catalog.add_watermark({}, second));

  EXPECT_FALSE(run_task(this->catalog.remove_watermark({}, DomainId::random(), first.id, kLater)));
  EXPECT_TRUE(run_task(this->catalog.remove_watermark({}, domain.id, first.id, kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_watermark({}, domain.id, first.id, kLater)));

  second.changed = kLater;
  EXPECT_TRUE(is_same(run_task(this->catalog.find_default_watermark({}, domain.id)), second));
}

TYPED_TEST(CatalogSitesContract, HasAHostNameOnceInTheInstallation) {
  const auto tenant = this->add_tenant();
  const auto other = this->add_tenant("other");
  auto ours = samples::distribution(tenant.id, "img.ours.example", 2);
  const auto older = samples::distribution(tenant.id, "img.older.example", 1);
  const auto theirs = samples::distribution(other.id, "img.theirs.example");
  for (const auto& one : {ours, older, theirs}) run_task(this->catalog.add_distribution({}, one));
  const auto find = [&](std::string name) {
    return run_task(this->catalog.find_distribution_named({}, std::move(name)));
  };

  EXPECT_TRUE(is_same(find("img.ours.example"), ours));
  EXPECT_TRUE(is_same(run_task(this->catalog.find_distribution({}, tenant.id, ours.id)), ours));
  EXPECT_FALSE(run_task(this->catalog.find_distribution({}, other.id, ours.id)).has_value());
  const auto all = run_task(this->catalog.list_distributions({}, tenant.id));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(is_same(all[0], older));

  EXPECT_EQ(fault_of(this->catalog.add_distribution({}, samples::distribution(other.id, "img.ours.example"))),
            Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.add_distribution({}, samples::distribution(TenantId::random(), "img.x.example"))),
            Fault::missing);
  ours.dns_name = "img.theirs.example";
  EXPECT_EQ(fault_of(this->catalog.change_distribution({}, ours, kLater)), Fault::conflict);
  ours.dns_name = "img.new.example";
  ours.auto_format = false;
  EXPECT_TRUE(run_task(this->catalog.change_distribution({}, ours, kLater)));
  EXPECT_TRUE(is_same(find("img.new.example"), ours));
  EXPECT_FALSE(find("img.ours.example").has_value());
  auto stolen = ours;
  stolen.tenant = other.id;
  EXPECT_FALSE(run_task(this->catalog.change_distribution({}, stolen, kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_distribution({}, other.id, ours.id, kLater)));
  EXPECT_TRUE(run_task(this->catalog.remove_distribution({}, tenant.id, ours.id, kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_distribution({}, tenant.id, ours.id, kLater)));
}

TYPED_TEST(CatalogSitesContract, RenewsABucketAndRules) {
  const auto domain = this->add_domain();
  const auto bucket = this->add_bucket(domain);
  const auto rule = this->add_rule(domain);
  const auto generation = [&] { return run_task(this->catalog.find_rule({}, domain.id, rule.id))->generation; };

  EXPECT_TRUE(run_task(this->catalog.renew_bucket({}, bucket.id)));
  EXPECT_TRUE(run_task(this->catalog.renew_bucket({}, bucket.id)));
  EXPECT_FALSE(run_task(this->catalog.renew_bucket({}, BucketId::random())));
  EXPECT_EQ(run_task(this->catalog.find_bucket({}, bucket.id))->generation, 2);

  EXPECT_EQ(run_task(this->catalog.renew_rules({}, domain.id, {rule.id, RuleId::random()})), 1U);
  EXPECT_EQ(run_task(this->catalog.renew_rules({}, DomainId::random(), {rule.id})), 0U) << "another's";
  EXPECT_EQ(generation(), 1);
  auto next = rule;
  next.revision = 2;
  run_task(this->catalog.add_revision({}, next));
  EXPECT_EQ(generation(), 1) << "it is the rule's, whichever revision";
  EXPECT_EQ(run_task(this->catalog.find_revision({}, domain.id, rule.id, 1))->generation, 1);
}

TYPED_TEST(CatalogSitesContract, RollsARuleOut) {
  const auto domain = this->add_domain();
  const auto rule = this->add_rule(domain);
  const auto rollout = [&] { return run_task(this->catalog.find_rule({}, domain.id, rule.id))->rollout; };
  const auto set = [&](std::optional<RuleRollout> to) {
    return run_task(this->catalog.set_rollout({}, domain.id, rule.id, to, kLater));
  };
  EXPECT_EQ(rollout(), std::nullopt);

  EXPECT_TRUE(set(RuleRollout{.from = 1, .percent = 10}));
  EXPECT_EQ(rollout(), (RuleRollout{.from = 1, .percent = 10}));
  EXPECT_FALSE(set(RuleRollout{.from = 7, .percent = 10})) << "there is no such revision";
  EXPECT_EQ(rollout(), (RuleRollout{.from = 1, .percent = 10}));
  auto next = rule;
  next.revision = 2;
  run_task(this->catalog.add_revision({}, next));
  EXPECT_EQ(rollout(), (RuleRollout{.from = 1, .percent = 10})) << "it goes on";
  EXPECT_TRUE(set(std::nullopt));
  EXPECT_EQ(rollout(), std::nullopt);
  EXPECT_FALSE(run_task(this->catalog.set_rollout({}, DomainId::random(), rule.id, std::nullopt, kLater)));
}

}  // namespace
}  // namespace calotype
