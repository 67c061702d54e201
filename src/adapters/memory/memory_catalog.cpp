#include "adapters/memory/memory_catalog.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace calotype {

namespace {

template <class Row, class Test>
std::optional<Row> first_of(const std::vector<Row>& rows, Test test) {
  const auto found = std::find_if(rows.begin(), rows.end(), test);
  if (found == rows.end()) return std::nullopt;
  return *found;
}

template <class Row, class Test>
bool has(const std::vector<Row>& rows, Test test) {
  return std::any_of(rows.begin(), rows.end(), test);
}

template <class Row, class Test>
std::vector<Row> by_creation(const std::vector<Row>& rows, Test test) {
  std::vector<Row> chosen;
  for (const Row& row : rows) {
    if (!test(row)) continue;
    const auto is_before = [](const Row& a, const Row& b) { return a.created < b.created; };
    chosen.insert(std::upper_bound(chosen.begin(), chosen.end(), row, is_before), row);
  }
  return chosen;
}

template <class Row>
bool is_id_taken(const std::vector<Row>& rows, const Row& row) {
  return has(rows, [&](const Row& other) { return other.id == row.id; });
}

[[noreturn]] void refuse_taken(const std::string& what) {
  throw Error(Fault::conflict, fmt::format("{}: the id or name is taken", what));
}

[[noreturn]] void refuse_orphan(const std::string& what) {
  throw Error(Fault::missing, fmt::format("{}: what it belongs to is not there", what));
}

}  // namespace

void MemoryCatalog::require_domain(const std::string& what, TenantId tenant, DomainId domain) const {
  if (!has(domains_, [&](const Domain& d) { return d.id == domain && d.tenant == tenant; })) refuse_orphan(what);
}

Task<> MemoryCatalog::add_tenant(Context, Tenant tenant, AccessKey key) {
  const std::lock_guard lock(mutex_);
  const bool is_second_operator =
      tenant.is_operator && has(tenants_, [](const Tenant& other) { return other.is_operator; });
  if (is_second_operator || is_id_taken(tenants_, tenant) || is_id_taken(keys_, key)) refuse_taken("add tenant");
  if (key.tenant != tenant.id) refuse_orphan("add tenant");
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

Task<> MemoryCatalog::add_key(Context, AccessKey key) {
  const std::lock_guard lock(mutex_);
  if (!has(tenants_, [&](const Tenant& t) { return t.id == key.tenant; })) refuse_orphan("add key");
  if (is_id_taken(keys_, key)) refuse_taken("add key");
  keys_.push_back(std::move(key));
  co_return;
}

Task<std::optional<AccessKey>> MemoryCatalog::find_key(Context, AccessKeyId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(keys_, [&](const AccessKey& k) { return k.id == id; });
}

Task<> MemoryCatalog::add_domain(Context, Domain domain) {
  const std::lock_guard lock(mutex_);
  if (!has(tenants_, [&](const Tenant& t) { return t.id == domain.tenant; })) refuse_orphan("add domain");
  const bool is_taken = is_id_taken(domains_, domain) || has(domains_, [&](const Domain& d) {
                          return d.tenant == domain.tenant && d.name == domain.name;
                        });
  if (is_taken) refuse_taken("add domain");
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

Task<> MemoryCatalog::add_bucket(Context, Bucket bucket) {
  const std::lock_guard lock(mutex_);
  require_domain("add bucket", bucket.tenant, bucket.domain);
  const bool is_taken =
      is_id_taken(buckets_, bucket) || has(buckets_, [&](const Bucket& b) { return b.alias == bucket.alias; });
  if (is_taken) refuse_taken("add bucket");
  buckets_.push_back(std::move(bucket));
  co_return;
}

Task<std::optional<Bucket>> MemoryCatalog::find_bucket(Context, BucketId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(buckets_, [&](const Bucket& b) { return b.id == id; });
}

Task<std::optional<Bucket>> MemoryCatalog::find_bucket_named(Context, std::string alias) {
  const std::lock_guard lock(mutex_);
  co_return first_of(buckets_, [&](const Bucket& b) { return b.alias == alias; });
}

Task<std::vector<Bucket>> MemoryCatalog::list_buckets(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(buckets_, [&](const Bucket& b) { return b.domain == domain; });
}

Task<> MemoryCatalog::add_rule(Context, StoredRule rule) {
  const std::lock_guard lock(mutex_);
  require_domain("add rule", rule.tenant, rule.domain);
  const bool is_taken = is_id_taken(rules_, rule) || has(rules_, [&](const StoredRule& r) {
                          return r.domain == rule.domain && r.name == rule.name;
                        });
  if (is_taken) refuse_taken("add rule");
  rules_.push_back(std::move(rule));
  co_return;
}

Task<std::optional<StoredRule>> MemoryCatalog::find_rule(Context, DomainId domain, RuleId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(rules_, [&](const StoredRule& r) { return r.domain == domain && r.id == id; });
}

Task<std::optional<StoredRule>> MemoryCatalog::find_rule_named(Context, DomainId domain, std::string name) {
  const std::lock_guard lock(mutex_);
  co_return first_of(rules_, [&](const StoredRule& r) { return r.domain == domain && r.name == name; });
}

Task<std::vector<StoredRule>> MemoryCatalog::list_rules(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(rules_, [&](const StoredRule& r) { return r.domain == domain; });
}

Task<> MemoryCatalog::add_watermark(Context, StoredWatermark watermark) {
  const std::lock_guard lock(mutex_);
  require_domain("add watermark", watermark.tenant, watermark.domain);
  const bool is_taken = is_id_taken(watermarks_, watermark) || has(watermarks_, [&](const StoredWatermark& w) {
                          return !w.alias.empty() && w.domain == watermark.domain && w.alias == watermark.alias;
                        });
  if (is_taken) refuse_taken("add watermark");
  watermarks_.push_back(std::move(watermark));
  co_return;
}

Task<std::optional<StoredWatermark>> MemoryCatalog::find_watermark(Context, DomainId domain, WatermarkId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(watermarks_, [&](const StoredWatermark& w) { return w.domain == domain && w.id == id; });
}

Task<std::optional<StoredWatermark>> MemoryCatalog::find_watermark_named(Context, DomainId domain, std::string alias) {
  const std::lock_guard lock(mutex_);
  co_return first_of(
      watermarks_, [&](const StoredWatermark& w) { return !alias.empty() && w.domain == domain && w.alias == alias; });
}

Task<std::optional<StoredWatermark>> MemoryCatalog::find_default_watermark(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  const auto all = by_creation(watermarks_, [&](const StoredWatermark& w) { return w.domain == domain; });
  if (all.empty()) co_return std::nullopt;
  co_return all.front();
}

Task<std::vector<StoredWatermark>> MemoryCatalog::list_watermarks(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(watermarks_, [&](const StoredWatermark& w) { return w.domain == domain; });
}

Task<> MemoryCatalog::check(Context) { co_return; }

}  // namespace calotype
