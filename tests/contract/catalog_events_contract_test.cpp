// What every Catalog tells of its changes.

#include "contract/catalog_kit.h"
#include "contract/faults.h"

namespace calotype {
namespace {

template <class Kit>
class CatalogEventsContract : public CatalogContract<Kit> {
 protected:
  /// "type subject data" of all that was told to the tenant, without what its making told.
  std::vector<std::string> told(TenantId tenant) {
    std::vector<std::string> lines;
    for (const auto& event : run_task(this->kit.outbox.list_events({}, {.tenant = tenant}))) {
      lines.push_back(fmt::format("{} {} {}", event.type, event.subject, event.data));
      times.push_back(event.time);
    }
    return lines;
  }
  std::vector<WallTime> times;
};
TYPED_TEST_SUITE(CatalogEventsContract, Kits);

const WallTime kLater = samples::at(1'000'000);

TYPED_TEST(CatalogEventsContract, TellsWhatHappensToDomainsAndBuckets) {
  const auto domain = this->add_domain("a \"shop\"");
  const auto bucket = this->add_bucket(domain, "photos");
  run_task(this->catalog.change_bucket({}, bucket.id, {.alias = "pictures", .when = samples::at(7)}, kLater));
  run_task(this->catalog.remove_bucket({}, bucket.id, kLater, kLater));
  run_task(this->catalog.remove_domain({}, domain.tenant, domain.id, kLater));

  const auto d = domain.id.text();
  const auto b = bucket.id.text();
  const auto of_bucket = [&](const char* verb, const char* alias) {
    return fmt::format(R"(bucket.{0} buckets/{1} {{"domain_id":"{2}","bucket_id":"{1}","alias":"{3}"}})", verb, b, d,
                       alias);
  };
  const auto of_domain = [&](const char* verb) {
    return fmt::format(R"(domain.{0} domains/{1} {{"domain_id":"{1}","name":"a \"shop\""}})", verb, d);
  };
  EXPECT_EQ(
      this->told(domain.tenant),
      (std::vector<std::string>{of_domain("created"), of_bucket("created", "photos"), of_bucket("changed", "pictures"),
                                of_bucket("deleted", "pictures"), of_domain("deleted")}));
  EXPECT_EQ(this->times, (std::vector<WallTime>{domain.created, bucket.created, samples::at(7), kLater, kLater}));
}

TYPED_TEST(CatalogEventsContract, TellsWhatHappensToARule) {
  const auto domain = this->add_domain();
  auto rule = this->add_rule(domain);
  auto next = rule;
  next.revision = 2;
  run_task(this->catalog.add_revision({}, next));
  run_task(this->catalog.put_label({}, domain.id, rule.id, {.name = "live", .revision = 1, .moved = kLater}));
  run_task(this->catalog.remove_label({}, domain.id, rule.id, "live", kLater));
  run_task(this->catalog.remove_rule({}, domain.id, rule.id, kLater));

  const auto of_rule = [&](const char* verb, const char* more) {
    return fmt::format(R"(rule.{0} domains/{1}/rules/{2} {{"domain_id":"{1}","rule_id":"{2}","name":"ad-large"{3}}})",
                       verb, domain.id.text(), rule.id.text(), more);
  };
  auto lines = this->told(domain.tenant);
  lines.erase(lines.begin());  // the domain
  EXPECT_EQ(lines,
            (std::vector<std::string>{of_rule("created", R"(,"revision":1)"), of_rule("changed", R"(,"revision":2)"),
                                      of_rule("changed", R"(,"label":"live","revision":1)"),
                                      of_rule("changed", R"(,"label":"live","revision":null)"),
                                      of_rule("deleted", R"(,"revision":2)")}));
}

TYPED_TEST(CatalogEventsContract, TellsWhatHappensToWatermarksAndHostNames) {
  const auto domain = this->add_domain();
  auto mark = samples::watermark(domain);
  run_task(this->catalog.add_watermark({}, mark));
  mark.alias = "other";
  run_task(this->catalog.change_watermark({}, mark));
  run_task(this->catalog.remove_watermark({}, domain.id, mark.id, kLater));
  auto host = samples::distribution(domain.tenant);
  run_task(this->catalog.add_distribution({}, host));
  host.dns_name = "new.example.org";
  run_task(this->catalog.change_distribution({}, host, kLater));
  run_task(this->catalog.remove_distribution({}, domain.tenant, host.id, kLater));

  std::vector<std::string> types;
  for (const auto& line : this->told(domain.tenant)) types.push_back(line.substr(0, line.find(' ')));
  EXPECT_EQ(types,
            (std::vector<std::string>{"domain.created", "watermark.created", "watermark.changed", "watermark.deleted",
                                      "distribution.created", "distribution.changed", "distribution.deleted"}));
}

TYPED_TEST(CatalogEventsContract, TellsNothingOfWhatDidNotHappen) {
  const auto domain = this->add_domain();
  const auto rule = this->add_rule(domain);
  const auto before = this->told(domain.tenant);

  EXPECT_EQ(fault_of(this->catalog.add_rule({}, samples::rule(domain))), Fault::conflict);
  EXPECT_EQ(fault_of(this->catalog.remove_domain({}, domain.tenant, domain.id, kLater)), Fault::conflict);
  EXPECT_FALSE(run_task(this->catalog.remove_bucket({}, BucketId::random(), kLater, kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_rule({}, domain.id, RuleId::random(), kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_label({}, domain.id, rule.id, "live", kLater)));
  EXPECT_FALSE(run_task(this->catalog.put_label({}, domain.id, rule.id, {.name = "live", .revision = 9})));
  EXPECT_FALSE(run_task(this->catalog.remove_watermark({}, domain.id, WatermarkId::random(), kLater)));
  EXPECT_FALSE(run_task(this->catalog.remove_distribution({}, domain.tenant, DistributionId::random(), kLater)));
  auto skipped = rule;
  skipped.revision = 3;
  EXPECT_FALSE(run_task(this->catalog.add_revision({}, skipped)));

  EXPECT_EQ(this->told(domain.tenant), before);
}

}  // namespace
}  // namespace calotype
