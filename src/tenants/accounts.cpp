#include "tenants/accounts.h"

#include "tenants/fields.h"

namespace calotype::tenants {

Accounts::Accounts(Catalog& catalog, const Clock& clock, BlockingPool& pool, KeyMaker make_key)
    : catalog_(catalog), clock_(clock), pool_(pool), make_key_(std::move(make_key)) {}

Task<SignedUp> Accounts::sign_up(Context ctx, NewTenant fields) {
  FieldCheck check("sign up a tenant");
  check.require_label(fields.name, "/name");
  check.require_email(fields.admin_email, "/admin_email");
  check.finish();
  co_return co_await add(ctx, std::move(fields), false);
}

Task<std::optional<SignedUp>> Accounts::ensure_operator(Context ctx) {
  const auto present = co_await catalog_.find_operator(ctx);
  if (present) co_return std::nullopt;
  NewTenant fields{.name = "operators", .admin_email = "operators@localhost"};
  auto made = co_await add(ctx, std::move(fields), true);
  co_return made;
}

Task<std::vector<Tenant>> Accounts::list(Context ctx) { co_return co_await catalog_.list_tenants(ctx); }

Task<Tenant> Accounts::require(Context ctx, TenantId id) {
  auto tenant = co_await catalog_.find_tenant(ctx, id);
  if (!tenant) throw Error(Fault::missing, fmt::format("find tenant {}: none", id.text()));
  co_return *tenant;
}

Task<> Accounts::set_quota(Context ctx, TenantId id, Quota quota) {
  const bool is_set = co_await catalog_.set_quota(ctx, id, quota);
  if (!is_set) throw Error(Fault::missing, fmt::format("find tenant {}: none", id.text()));
}

Task<SignedUp> Accounts::add(Context ctx, NewTenant fields, bool is_operator) {
  auto halves = co_await pool_.run(make_key_);
  SignedUp made;
  made.tenant = {.id = TenantId::random(),
                 .name = std::move(fields.name),
                 .admin_email = std::move(fields.admin_email),
                 .is_operator = is_operator,
                 .created = clock_.now()};
  made.key = {.id = AccessKeyId::random(),
              .tenant = made.tenant.id,
              .public_key_pem = std::move(halves.public_pem),
              .description = "made at sign-up",
              .is_active = true,
              .created = made.tenant.created};
  made.private_pem = std::move(halves.private_pem);
  co_await catalog_.add_tenant(ctx, made.tenant, made.key);
  co_return made;
}

}  // namespace calotype::tenants
