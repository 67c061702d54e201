#include "tenants/domains.h"

#include "tenants/fields.h"

namespace calotype::tenants {

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
  if (!found) throw Error(Fault::missing, "find the domain: none of this id or name");
  co_return *found;
}

}  // namespace calotype::tenants
