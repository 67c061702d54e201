// How tenants change and leave a MemoryCatalog.
#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/tables.h"

namespace calotype {

using namespace tables;

namespace {

template <class Row>
std::size_t erase_of(std::vector<Row>& rows, TenantId id) {
  return std::erase_if(rows, [&](const Row& row) { return row.tenant == id; });
}

}  // namespace

bool MemoryCatalog::is_leaving(TenantId id) const {
  return has(tenants_, [&](const Tenant& t) { return t.id == id && t.is_leaving; });
}

Task<std::optional<Tenant>> MemoryCatalog::change_tenant(Context, TenantId id, TenantChange change) {
  const std::lock_guard lock(mutex_);
  auto* tenant = find_first(tenants_, [&](const Tenant& t) { return t.id == id && !t.is_leaving; });
  if (tenant == nullptr) co_return std::nullopt;
  *tenant = changed(*tenant, change);
  co_return *tenant;
}

Task<bool> MemoryCatalog::set_rate(Context, TenantId id, std::optional<Rate> rate) {
  const std::lock_guard lock(mutex_);
  auto* tenant = find_first(tenants_, [&](const Tenant& t) { return t.id == id; });
  if (tenant != nullptr) tenant->rate = rate;
  co_return tenant != nullptr;
}

Task<bool> MemoryCatalog::begin_removal(Context, TenantId id) {
  const std::lock_guard lock(mutex_);
  auto* tenant = find_first(tenants_, [&](const Tenant& t) { return t.id == id; });
  if (tenant == nullptr) co_return false;
  if (tenant->is_operator) {
    throw Error(Fault::conflict, "remove the tenant: it is the installation's own", "operators-tenant");
  }
  tenant->is_leaving = true;
  co_return true;
}

Task<std::optional<TenantId>> MemoryCatalog::find_leaving(Context) {
  const std::lock_guard lock(mutex_);
  const auto tenant = first_of(tenants_, [](const Tenant& t) { return t.is_leaving; });
  co_return tenant ? std::optional(tenant->id) : std::nullopt;
}

Task<std::size_t> MemoryCatalog::remove_some(Context, TenantId id, std::size_t most, WallTime when,
                                             WallTime kept_until) {
  const std::lock_guard lock(mutex_);
  if (!is_leaving(id)) co_return 0;
  auto removed = objects_ != nullptr ? objects_->clear(id, most, when) : 0;
  if (removed < most) removed += clear_sites(id, kept_until) + clear_keys(id);
  if (removed == 0) erase_first(tenants_, [&](const Tenant& t) { return t.id == id; });
  co_return removed;
}

std::size_t MemoryCatalog::clear_sites(TenantId id, WallTime kept_until) {
  for (const auto& bucket : buckets_) {
    if (bucket.tenant == id) released_[bucket.alias] = {.tenant = id, .until = kept_until};
  }
  const auto rules = std::erase_if(rules_, [&](const RuleEntry& r) { return r.latest().tenant == id; });
  return rules + erase_of(watermarks_, id) + erase_of(buckets_, id) + erase_of(domains_, id) +
         erase_of(distributions_, id);
}

std::size_t MemoryCatalog::clear_keys(TenantId id) {
  std::erase_if(attached_, [&](const auto& pair) {
    return has(keys_, [&](const AccessKey& k) { return k.id == pair.first && k.tenant == id; });
  });
  return erase_of(keys_, id) + erase_of(policies_, id) + erase_of(signing_keys_, id);
}

}  // namespace calotype
