#include "tenants/domains.h"

#include "tenants/fields.h"

namespace calotype::tenants {

namespace {

Error no_domain() { return Error(Fault::missing, "find the domain: none of this id or name"); }

}  // namespace

Task<Domain> Domains::add(Context ctx, TenantId tenant, NewDomain fields) {
  FieldCheck check("add a domain");
  check.require_alias(fields.name, "/name");
  check.require_status(fields.status, "/status");
  check.finish();

  Domain domain{.id = DomainId::random(),
                .tenant = tenant,
                .name = std::move(fields.name),
                .status = std::move(fields.status),
                .created = clock_.now()};
  co_await catalog_.add_domain(ctx, domain);
  co_return domain;
}

Task<std::vector<Domain>> Domains::list(Context ctx, TenantId tenant) {
  co_return co_await catalog_.list_domains(ctx, tenant);
}

Task<Domain> Domains::require(Context ctx, TenantId tenant, std::string id_or_name) {
  std::optional<Domain> found;
  if (const auto id = DomainId::parse(id_or_name)) {
    found = co_await catalog_.find_domain(ctx, tenant, *id);
  } else if (is_alias(id_or_name)) {
    found = co_await catalog_.find_domain_named(ctx, tenant, id_or_name);
  }
  if (!found) throw no_domain();
  co_return *found;
}

Task<> Domains::remove(Context ctx, Domain domain) {
  const auto buckets = co_await catalog_.list_buckets(ctx, domain.id);
  const auto rules = co_await catalog_.list_rules(ctx, domain.id);
  const auto marks = co_await catalog_.list_watermarks(ctx, domain.id);
  if (!buckets.empty() || !rules.empty() || !marks.empty()) {
    throw Error(Fault::conflict,
                fmt::format("remove the domain: it holds {} buckets, {} rules and {} watermarks; remove them first",
                            buckets.size(), rules.size(), marks.size()),
                "not-empty");
  }
  const bool is_removed = co_await catalog_.remove_domain(ctx, domain.tenant, domain.id, clock_.now());
  if (!is_removed) throw no_domain();
}

}  // namespace calotype::tenants
