#pragma once

#include "ports/catalog.h"

namespace calotype {

class Database;

/// The Catalog in a Database. Thread: any.
class SqliteCatalog final : public Catalog {
 public:
  explicit SqliteCatalog(Database& database) : database_(database) {}

  Task<> add_tenant(Context ctx, Tenant tenant, AccessKey key) override;
  Task<std::optional<Tenant>> find_tenant(Context ctx, TenantId id) override;
  Task<std::optional<Tenant>> find_operator(Context ctx) override;
  Task<std::vector<Tenant>> list_tenants(Context ctx) override;

  Task<> add_key(Context ctx, AccessKey key) override;
  Task<std::optional<AccessKey>> find_key(Context ctx, AccessKeyId id) override;

  Task<> add_domain(Context ctx, Domain domain) override;
  Task<std::optional<Domain>> find_domain(Context ctx, TenantId tenant, DomainId id) override;
  Task<std::optional<Domain>> find_domain_named(Context ctx, TenantId tenant, std::string name) override;
  Task<std::vector<Domain>> list_domains(Context ctx, TenantId tenant) override;

  Task<> add_bucket(Context ctx, Bucket bucket) override;
  Task<std::optional<Bucket>> find_bucket(Context ctx, BucketId id) override;
  Task<std::optional<Bucket>> find_bucket_named(Context ctx, std::string alias) override;
  Task<std::vector<Bucket>> list_buckets(Context ctx, DomainId domain) override;

  Task<> add_rule(Context ctx, StoredRule rule) override;
  Task<std::optional<StoredRule>> find_rule(Context ctx, DomainId domain, RuleId id) override;
  Task<std::optional<StoredRule>> find_rule_named(Context ctx, DomainId domain, std::string name) override;
  Task<std::vector<StoredRule>> list_rules(Context ctx, DomainId domain) override;

  Task<> add_watermark(Context ctx, StoredWatermark watermark) override;
  Task<std::optional<StoredWatermark>> find_watermark(Context ctx, DomainId domain, WatermarkId id) override;
  Task<std::optional<StoredWatermark>> find_watermark_named(Context ctx, DomainId domain, std::string alias) override;
  Task<std::optional<StoredWatermark>> find_default_watermark(Context ctx, DomainId domain) override;
  Task<std::vector<StoredWatermark>> list_watermarks(Context ctx, DomainId domain) override;

  Task<> check(Context ctx) override;

 private:
  Database& database_;
};

}  // namespace calotype
