#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/tenant.h"

namespace calotype {

/// Who there is and how they are set up: tenants, domains, buckets, rules, watermarks, host names.
/// `add` is durable when it returns and throws conflict when a name is taken, missing when the parent is not there.
/// A `find` gives nullopt for what is not there, also where it belongs to another parent. Lists are by creation time.
/// What changes or removes is durable when it returns, and gives false where there is nothing to change.
/// What belongs to a tenant that is leaving is not found where no parent is named: its buckets, its host names.
/// Changes of domains, buckets, rules, watermarks and distributions are told as events (model/new_event.h), in the
/// change's own transaction; `when` is the event's time.
/// Thread: any.
class Catalog {
 public:
  virtual ~Catalog() = default;

  /// A tenant and its first key, which has the default policy, in one transaction; it uses up the invitation of this
  /// code, where there is one. Throws denied with code "bad-invitation" for a code that is unknown, used up or old.
  virtual Task<> add_tenant(Context ctx, Tenant tenant, AccessKey key, std::optional<Digest> invitation) = 0;
  Task<> add_tenant(Context ctx, Tenant tenant, AccessKey key) {
    return add_tenant(std::move(ctx), std::move(tenant), std::move(key), std::nullopt);
  }
  virtual Task<std::optional<Tenant>> find_tenant(Context ctx, TenantId id) = 0;
  virtual Task<std::optional<Tenant>> find_operator(Context ctx) = 0;
  virtual Task<std::vector<Tenant>> list_tenants(Context ctx) = 0;
  /// The tenant as it is then; nullopt where there is none that stays.
  virtual Task<std::optional<Tenant>> change_tenant(Context ctx, TenantId id, TenantChange change) = 0;
  virtual Task<bool> set_quota(Context ctx, TenantId id, Quota quota) = 0;
  /// nullopt: as everybody's.
  virtual Task<bool> set_rate(Context ctx, TenantId id, std::optional<Rate> rate) = 0;

  /// From now on it is leaving: its keys prove nothing, and nothing of it is found from outside. Twice is once. Throws
  /// conflict with code "operators-tenant" for the installation's own.
  virtual Task<bool> begin_removal(Context ctx, TenantId id) = 0;
  /// The one that has been leaving the longest.
  virtual Task<std::optional<TenantId>> find_leaving(Context ctx) = 0;
  /// Removes some of what a leaving tenant has, at most so many of each kind, and the tenant itself where nothing is
  /// left of it. Its objects are purged. Its buckets' aliases are kept from others until `kept_until`. Gives how many
  /// rows went; 0: it is gone.
  virtual Task<std::size_t> remove_some(Context ctx, TenantId id, std::size_t most, WallTime when,
                                        WallTime kept_until) = 0;

  virtual Task<> add_domain(Context ctx, Domain domain) = 0;
  virtual Task<std::optional<Domain>> find_domain(Context ctx, TenantId tenant, DomainId id) = 0;
  virtual Task<std::optional<Domain>> find_domain_named(Context ctx, TenantId tenant, std::string name) = 0;
  virtual Task<std::vector<Domain>> list_domains(Context ctx, TenantId tenant) = 0;
  /// Throws conflict while it holds buckets, rules or watermarks.
  virtual Task<bool> remove_domain(Context ctx, TenantId tenant, DomainId id, WallTime when) = 0;

  /// Throws conflict, too, for an alias that another tenant gave up and that is still kept for it at `bucket.created`.
  virtual Task<> add_bucket(Context ctx, Bucket bucket) = 0;
  virtual Task<std::optional<Bucket>> find_bucket(Context ctx, BucketId id) = 0;
  virtual Task<std::optional<Bucket>> find_bucket_named(Context ctx, std::string alias) = 0;
  virtual Task<std::vector<Bucket>> list_buckets(Context ctx, DomainId domain) = 0;
  /// The bucket as it is then; an alias that it gives up is kept for its tenant until `kept_until`. Throws: missing;
  /// conflict, as add_bucket.
  virtual Task<Bucket> change_bucket(Context ctx, BucketId id, BucketChange change, WallTime kept_until) = 0;
  /// Keeps its alias as change_bucket does. Throws conflict while it holds objects, deleted ones included.
  virtual Task<bool> remove_bucket(Context ctx, BucketId id, WallTime when, WallTime kept_until) = 0;

  /// Raises its generation: every rendition of it is made anew.
  virtual Task<bool> renew_bucket(Context ctx, BucketId id) = 0;

  /// The first revision of a new rule.
  virtual Task<> add_rule(Context ctx, StoredRule rule) = 0;
  /// The latest revision.
  virtual Task<std::optional<StoredRule>> find_rule(Context ctx, DomainId domain, RuleId id) = 0;
  virtual Task<std::optional<StoredRule>> find_rule_named(Context ctx, DomainId domain, std::string name) = 0;
  virtual Task<std::vector<StoredRule>> list_rules(Context ctx, DomainId domain) = 0;
  /// One more revision; its name is the rule's own. False unless `next.revision` follows the latest one.
  virtual Task<bool> add_revision(Context ctx, StoredRule next) = 0;
  virtual Task<std::optional<StoredRule>> find_revision(Context ctx, DomainId domain, RuleId id, int revision) = 0;
  /// The latest first: at most `most` of those before `before`.
  virtual Task<std::vector<RuleRevision>> list_revisions(Context ctx, DomainId domain, RuleId id, int before,
                                                         int most) = 0;
  /// Begins, changes or ends a rollout. False where there is no such rule, or no such revision to roll out from.
  virtual Task<bool> set_rollout(Context ctx, DomainId domain, RuleId id, std::optional<RuleRollout> rollout,
                                 WallTime when) = 0;
  /// Raises their generation: every rendition by them is made anew. Gives how many of them there are.
  virtual Task<std::size_t> renew_rules(Context ctx, DomainId domain, std::vector<RuleId> ids) = 0;
  /// With its revisions and labels.
  virtual Task<bool> remove_rule(Context ctx, DomainId domain, RuleId id, WallTime when) = 0;

  /// Makes or moves a label. False where there is no such rule or revision.
  virtual Task<bool> put_label(Context ctx, DomainId domain, RuleId id, RuleLabel label) = 0;
  virtual Task<std::optional<RuleLabel>> find_label(Context ctx, DomainId domain, RuleId id, std::string name) = 0;
  /// By name.
  virtual Task<std::vector<RuleLabel>> list_labels(Context ctx, DomainId domain, RuleId id) = 0;
  virtual Task<bool> remove_label(Context ctx, DomainId domain, RuleId id, std::string name, WallTime when) = 0;

  virtual Task<> add_watermark(Context ctx, StoredWatermark watermark) = 0;
  virtual Task<std::optional<StoredWatermark>> find_watermark(Context ctx, DomainId domain, WatermarkId id) = 0;
  virtual Task<std::optional<StoredWatermark>> find_watermark_named(Context ctx, DomainId domain,
                                                                    std::string alias) = 0;
  /// The domain's first one.
  virtual Task<std::optional<StoredWatermark>> find_default_watermark(Context ctx, DomainId domain) = 0;
  virtual Task<std::vector<StoredWatermark>> list_watermarks(Context ctx, DomainId domain) = 0;
  /// Takes its alias, content, size, header and `changed`. Throws conflict (the alias).
  virtual Task<bool> change_watermark(Context ctx, StoredWatermark changed) = 0;
  /// Another may be the default one then: all that are left have changed `when`.
  virtual Task<bool> remove_watermark(Context ctx, DomainId domain, WatermarkId id, WallTime when) = 0;

  virtual Task<> add_distribution(Context ctx, Distribution distribution) = 0;
  virtual Task<std::optional<Distribution>> find_distribution(Context ctx, TenantId tenant, DistributionId id) = 0;
  virtual Task<std::optional<Distribution>> find_distribution_named(Context ctx, std::string dns_name) = 0;
  virtual Task<std::vector<Distribution>> list_distributions(Context ctx, TenantId tenant) = 0;
  /// Takes its name and whether it negotiates. Throws conflict (the name).
  virtual Task<bool> change_distribution(Context ctx, Distribution changed, WallTime when) = 0;
  virtual Task<bool> remove_distribution(Context ctx, TenantId tenant, DistributionId id, WallTime when) = 0;

  /// Whether it can be used right now; for readiness.
  virtual Task<> check(Context ctx) = 0;
};

}  // namespace calotype
