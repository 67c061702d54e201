#include "adapters/memory/memory_catalog.h"

#include <utility>

#include "adapters/memory/tables.h"

namespace calotype {

using namespace tables;

void MemoryCatalog::require_domain(const std::string& what, TenantId tenant, DomainId domain) const {
  if (!has(domains_, [&](const Domain& d) { return d.id == domain && d.tenant == tenant; })) refuse_orphan(what);
}

void MemoryCatalog::tell(NewEvent event) {
  if (outbox_ != nullptr) outbox_->append(std::move(event));
}

Task<> MemoryCatalog::add_tenant(Context, Tenant tenant, AccessKey key, std::optional<Digest> invitation) {
  const std::lock_guard lock(mutex_);
  const bool is_second_operator =
      tenant.is_operator && has(tenants_, [](const Tenant& other) { return other.is_operator; });
  if (is_second_operator || is_id_taken(tenants_, tenant) || is_id_taken(keys_, key)) refuse_taken("add tenant");
  if (key.tenant != tenant.id) refuse_orphan("add tenant");
  if (invitation) use_invitation(*invitation, tenant);
  const auto policy = default_policy_of(tenant.id);
  policies_.push_back({.id = policy,
                       .tenant = tenant.id,
                       .alias = std::string(kDefaultPolicy),
                       .body = std::string(kDefaultPolicyBody),
                       .created = tenant.created});
  attached_.emplace_back(key.id, policy);
  tenants_.push_back(std::move(tenant));
  keys_.push_back(std::move(key));
  co_return;
}

Task<std::optional<Tenant>> MemoryCatalog::find_tenant(Context, TenantId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(tenants_, [&](const Tenant& t) { return t.id == id; });
}

Task<std::optional<Tenant>> MemoryCatalog::find_operator(Context) {
  const std::lock_guard lock(mutex_);
  co_return first_of(tenants_, [](const Tenant& t) { return t.is_operator; });
}

Task<std::vector<Tenant>> MemoryCatalog::list_tenants(Context) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(tenants_, [](const Tenant&) { return true; });
}

Task<bool> MemoryCatalog::set_quota(Context, TenantId id, Quota quota) {
  const std::lock_guard lock(mutex_);
  const auto found = find_first(tenants_, [&](const Tenant& t) { return t.id == id; });
  if (found != nullptr) found->quota = quota;
  co_return found != nullptr;
}

Task<> MemoryCatalog::add_domain(Context, Domain domain) {
  const std::lock_guard lock(mutex_);
  if (!has(tenants_, [&](const Tenant& t) { return t.id == domain.tenant; })) refuse_orphan("add domain");
  const bool is_taken = is_id_taken(domains_, domain) || has(domains_, [&](const Domain& d) {
                          return d.tenant == domain.tenant && d.name == domain.name;
                        });
  if (is_taken) refuse_taken("add domain");
  tell(event_of(domain, "created", domain.created));
  domains_.push_back(std::move(domain));
  co_return;
}

Task<std::optional<Domain>> MemoryCatalog::find_domain(Context, TenantId tenant, DomainId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(domains_, [&](const Domain& d) { return d.id == id && d.tenant == tenant; });
}

Task<std::optional<Domain>> MemoryCatalog::find_domain_named(Context, TenantId tenant, std::string name) {
  const std::lock_guard lock(mutex_);
  co_return first_of(domains_, [&](const Domain& d) { return d.tenant == tenant && d.name == name; });
}

Task<std::vector<Domain>> MemoryCatalog::list_domains(Context, TenantId tenant) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(domains_, [&](const Domain& d) { return d.tenant == tenant; });
}

Task<bool> MemoryCatalog::remove_domain(Context, TenantId tenant, DomainId id, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const Domain& d) { return d.id == id && d.tenant == tenant; };
  const auto domain = first_of(domains_, is_it);
  if (!domain) co_return false;
  const auto is_within = [&](const auto& row) { return row.domain == id; };
  const bool has_rules = has(rules_, [&](const RuleEntry& r) { return r.latest().domain == id; });
  if (has(buckets_, is_within) || has_rules || has(watermarks_, is_within)) {
    throw Error(Fault::conflict, "remove domain: it holds buckets, rules or watermarks");
  }
  tell(event_of(*domain, "deleted", when));
  co_return erase_first(domains_, is_it);
}

void MemoryCatalog::claim_alias(const Bucket& bucket, WallTime when) {
  const bool is_taken = has(buckets_, [&](const Bucket& b) { return b.id != bucket.id && b.alias == bucket.alias; });
  const auto kept = released_.find(bucket.alias);
  const bool is_kept = kept != released_.end() && kept->second.tenant != bucket.tenant && when < kept->second.until;
  if (is_taken || is_kept) refuse_taken("give a bucket its alias");
  released_.erase(bucket.alias);
}

Task<> MemoryCatalog::add_bucket(Context, Bucket bucket) {
  const std::lock_guard lock(mutex_);
  require_domain("add bucket", bucket.tenant, bucket.domain);
  if (is_id_taken(buckets_, bucket)) refuse_taken("add bucket");
  claim_alias(bucket, bucket.created);
  tell(event_of(bucket, "created", bucket.created));
  buckets_.push_back(std::move(bucket));
  co_return;
}

Task<Bucket> MemoryCatalog::change_bucket(Context, BucketId id, BucketChange change, WallTime kept_until) {
  const std::lock_guard lock(mutex_);
  const auto found = find_first(buckets_, [&](const Bucket& b) { return b.id == id; });
  if (found == nullptr) throw Error(Fault::missing, "change bucket: none of this id");
  const auto next = changed(*found, change);
  if (next.alias != found->alias) {
    claim_alias(next, change.when);
    released_[found->alias] = {.tenant = found->tenant, .until = kept_until};
  }
  *found = next;
  tell(event_of(next, "changed", change.when));
  co_return next;
}

Task<bool> MemoryCatalog::renew_bucket(Context, BucketId id) {
  const std::lock_guard lock(mutex_);
  auto* found = find_first(buckets_, [&](const Bucket& b) { return b.id == id; });
  if (found != nullptr) ++found->generation;
  co_return found != nullptr;
}

Task<bool> MemoryCatalog::remove_bucket(Context, BucketId id, WallTime when, WallTime kept_until) {
  const std::lock_guard lock(mutex_);
  const auto found = find_first(buckets_, [&](const Bucket& b) { return b.id == id; });
  if (found == nullptr) co_return false;
  if (objects_ != nullptr && objects_->holds_any(id)) throw Error(Fault::conflict, "remove bucket: it holds objects");
  released_[found->alias] = {.tenant = found->tenant, .until = kept_until};
  tell(event_of(*found, "deleted", when));
  co_return erase_first(buckets_, [&](const Bucket& b) { return b.id == id; });
}

Task<std::optional<Bucket>> MemoryCatalog::find_bucket(Context, BucketId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(buckets_, [&](const Bucket& b) { return b.id == id && !is_leaving(b.tenant); });
}

Task<std::optional<Bucket>> MemoryCatalog::find_bucket_named(Context, std::string alias) {
  const std::lock_guard lock(mutex_);
  co_return first_of(buckets_, [&](const Bucket& b) { return b.alias == alias && !is_leaving(b.tenant); });
}

Task<std::vector<Bucket>> MemoryCatalog::list_buckets(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(buckets_, [&](const Bucket& b) { return b.domain == domain; });
}

Task<> MemoryCatalog::add_distribution(Context, Distribution distribution) {
  const std::lock_guard lock(mutex_);
  if (!has(tenants_, [&](const Tenant& t) { return t.id == distribution.tenant; })) refuse_orphan("add distribution");
  const auto is_same = [&](const Distribution& d) { return d.dns_name == distribution.dns_name; };
  if (is_id_taken(distributions_, distribution) || has(distributions_, is_same)) refuse_taken("add distribution");
  tell(event_of(distribution, "created", distribution.created));
  distributions_.push_back(std::move(distribution));
  co_return;
}

Task<std::optional<Distribution>> MemoryCatalog::find_distribution(Context, TenantId tenant, DistributionId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(distributions_, [&](const Distribution& d) { return d.tenant == tenant && d.id == id; });
}

Task<std::optional<Distribution>> MemoryCatalog::find_distribution_named(Context, std::string dns_name) {
  const std::lock_guard lock(mutex_);
  co_return first_of(distributions_,
                     [&](const Distribution& d) { return d.dns_name == dns_name && !is_leaving(d.tenant); });
}

Task<std::vector<Distribution>> MemoryCatalog::list_distributions(Context, TenantId tenant) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(distributions_, [&](const Distribution& d) { return d.tenant == tenant; });
}

Task<bool> MemoryCatalog::change_distribution(Context, Distribution changed, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto is_other = [&](const Distribution& d) { return d.id != changed.id && d.dns_name == changed.dns_name; };
  const auto is_it = [&](const Distribution& d) { return d.tenant == changed.tenant && d.id == changed.id; };
  const auto found = find_first(distributions_, is_it);
  if (found == nullptr) co_return false;
  if (has(distributions_, is_other)) refuse_taken("change distribution");
  found->dns_name = changed.dns_name;
  found->auto_format = changed.auto_format;
  tell(event_of(*found, "changed", when));
  co_return true;
}

Task<bool> MemoryCatalog::remove_distribution(Context, TenantId tenant, DistributionId id, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const Distribution& d) { return d.tenant == tenant && d.id == id; };
  const auto distribution = first_of(distributions_, is_it);
  if (!distribution) co_return false;
  tell(event_of(*distribution, "deleted", when));
  co_return erase_first(distributions_, is_it);
}

Task<> MemoryCatalog::check(Context) { co_return; }

}  // namespace calotype
