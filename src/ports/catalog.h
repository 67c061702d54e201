#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/tenant.h"

namespace calotype {

/// Who there is and how they are set up: tenants, keys, domains, buckets, rules, watermarks.
/// `add` is durable when it returns and throws conflict when a name is taken, missing when the parent is not there.
/// A `find` gives nullopt for what is not there, also where it belongs to another parent. Lists are by creation time.
/// Thread: any.
class Catalog {
 public:
  virtual ~Catalog() = default;

  /// A tenant and its first key, in one transaction.
  virtual Task<> add_tenant(Context ctx, Tenant tenant, AccessKey key) = 0;
  virtual Task<std::optional<Tenant>> find_tenant(Context ctx, TenantId id) = 0;
  virtual Task<std::optional<Tenant>> find_operator(Context ctx) = 0;
  virtual Task<std::vector<Tenant>> list_tenants(Context ctx) = 0;

  virtual Task<> add_key(Context ctx, AccessKey key) = 0;
  virtual Task<std::optional<AccessKey>> find_key(Context ctx, AccessKeyId id) = 0;

  virtual Task<> add_domain(Context ctx, Domain domain) = 0;
  virtual Task<std::optional<Domain>> find_domain(Context ctx, TenantId tenant, DomainId id) = 0;
  virtual Task<std::optional<Domain>> find_domain_named(Context ctx, TenantId tenant, std::string name) = 0;
  virtual Task<std::vector<Domain>> list_domains(Context ctx, TenantId tenant) = 0;

  virtual Task<> add_bucket(Context ctx, Bucket bucket) = 0;
  virtual Task<std::optional<Bucket>> find_bucket(Context ctx, BucketId id) = 0;
  virtual Task<std::optional<Bucket>> find_bucket_named(Context ctx, std::string alias) = 0;
  virtual Task<std::vector<Bucket>> list_buckets(Context ctx, DomainId domain) = 0;

  /// The first revision of a new rule.
  virtual Task<> add_rule(Context ctx, StoredRule rule) = 0;
  /// The latest revision.
  virtual Task<std::optional<StoredRule>> find_rule(Context ctx, DomainId domain, RuleId id) = 0;
  virtual Task<std::optional<StoredRule>> find_rule_named(Context ctx, DomainId domain, std::string name) = 0;
  virtual Task<std::vector<StoredRule>> list_rules(Context ctx, DomainId domain) = 0;

  virtual Task<> add_watermark(Context ctx, StoredWatermark watermark) = 0;
  virtual Task<std::optional<StoredWatermark>> find_watermark(Context ctx, DomainId domain, WatermarkId id) = 0;
  virtual Task<std::optional<StoredWatermark>> find_watermark_named(Context ctx, DomainId domain,
                                                                    std::string alias) = 0;
  /// The domain's first one.
  virtual Task<std::optional<StoredWatermark>> find_default_watermark(Context ctx, DomainId domain) = 0;
  virtual Task<std::vector<StoredWatermark>> list_watermarks(Context ctx, DomainId domain) = 0;

  /// Whether it can be used right now; for readiness.
  virtual Task<> check(Context ctx) = 0;
};

}  // namespace calotype
