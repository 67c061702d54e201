#pragma once

#include "ports/catalog.h"

namespace calotype {

class Database;

/// The Catalog in a Database. Thread: any.
class SqliteCatalog final : public Catalog {
 public:
  explicit SqliteCatalog(Database& database) : database_(database) {}

  using Catalog::add_tenant;
  Task<> add_tenant(Context ctx, Tenant tenant, AccessKey key, std::optional<Digest> invitation) override;
  Task<std::optional<Tenant>> find_tenant(Context ctx, TenantId id) override;
  Task<std::optional<Tenant>> find_operator(Context ctx) override;
  Task<std::vector<Tenant>> list_tenants(Context ctx) override;
  Task<std::optional<Tenant>> change_tenant(Context ctx, TenantId id, TenantChange change) override;
  Task<bool> set_quota(Context ctx, TenantId id, Quota quota) override;
  Task<bool> set_rate(Context ctx, TenantId id, std::optional<Rate> rate) override;
  Task<bool> begin_removal(Context ctx, TenantId id) override;
  Task<std::optional<TenantId>> find_leaving(Context ctx) override;
  Task<std::size_t> remove_some(Context ctx, TenantId id, std::size_t most, WallTime when,
                                WallTime kept_until) override;

  Task<> add_domain(Context ctx, Domain domain) override;
  Task<std::optional<Domain>> find_domain(Context ctx, TenantId tenant, DomainId id) override;
  Task<std::optional<Domain>> find_domain_named(Context ctx, TenantId tenant, std::string name) override;
  Task<std::vector<Domain>> list_domains(Context ctx, TenantId tenant) override;
  Task<bool> remove_domain(Context ctx, TenantId tenant, DomainId id, WallTime when) override;

  Task<> add_bucket(Context ctx, Bucket bucket) override;
  Task<std::optional<Bucket>> find_bucket(Context ctx, BucketId id) override;
  Task<std::optional<Bucket>> find_bucket_named(Context ctx, std::string alias) override;
  Task<std::vector<Bucket>> list_buckets(Context ctx, DomainId domain) override;
  Task<Bucket> change_bucket(Context ctx, BucketId id, BucketChange change, WallTime kept_until) override;
  Task<bool> remove_bucket(Context ctx, BucketId id, WallTime when, WallTime kept_until) override;

  Task<bool> renew_bucket(Context ctx, BucketId id) override;
  Task<> add_rule(Context ctx, StoredRule rule) override;
  Task<std::optional<StoredRule>> find_rule(Context ctx, DomainId domain, RuleId id) override;
  Task<std::optional<StoredRule>> find_rule_named(Context ctx, DomainId domain, std::string name) override;
  Task<std::vector<StoredRule>> list_rules(Context ctx, DomainId domain) override;
  Task<bool> add_revision(Context ctx, StoredRule next) override;
  Task<std::optional<StoredRule>> find_revision(Context ctx, DomainId domain, RuleId id, int revision) override;
  Task<std::vector<RuleRevision>> list_revisions(Context ctx, DomainId domain, RuleId id, int before,
                                                 int most) override;
  Task<bool> set_rollout(Context ctx, DomainId domain, RuleId id, std::optional<RuleRollout> rollout,
                         WallTime when) override;
  Task<std::size_t> renew_rules(Context ctx, DomainId domain, std::vector<RuleId> ids) override;
  Task<bool> remove_rule(Context ctx, DomainId domain, RuleId id, WallTime when) override;

  Task<bool> put_label(Context ctx, DomainId domain, RuleId id, RuleLabel label) override;
  Task<std::optional<RuleLabel>> find_label(Context ctx, DomainId domain, RuleId id, std::string name) override;
  Task<std::vector<RuleLabel>> list_labels(Context ctx, DomainId domain, RuleId id) override;
  Task<bool> remove_label(Context ctx, DomainId domain, RuleId id, std::string name, WallTime when) override;

  Task<> add_watermark(Context ctx, StoredWatermark watermark) override;
  Task<std::optional<StoredWatermark>> find_watermark(Context ctx, DomainId domain, WatermarkId id) override;
  Task<std::optional<StoredWatermark>> find_watermark_named(Context ctx, DomainId domain, std::string alias) override;
  Task<std::optional<StoredWatermark>> find_default_watermark(Context ctx, DomainId domain) override;
  Task<std::vector<StoredWatermark>> list_watermarks(Context ctx, DomainId domain) override;
  Task<bool> change_watermark(Context ctx, StoredWatermark changed) override;
  Task<bool> remove_watermark(Context ctx, DomainId domain, WatermarkId id, WallTime when) override;

  Task<> add_distribution(Context ctx, Distribution distribution) override;
  Task<std::optional<Distribution>> find_distribution(Context ctx, TenantId tenant, DistributionId id) override;
  Task<std::optional<Distribution>> find_distribution_named(Context ctx, std::string dns_name) override;
  Task<std::vector<Distribution>> list_distributions(Context ctx, TenantId tenant) override;
  Task<bool> change_distribution(Context ctx, Distribution changed, WallTime when) override;
  Task<bool> remove_distribution(Context ctx, TenantId tenant, DistributionId id, WallTime when) override;

  Task<> check(Context ctx) override;

 private:
  Database& database_;
};

}  // namespace calotype
