#include "tenants/accounts.h"

#include "tenants/fields.h"

namespace calotype::tenants {

namespace {

Error no_tenant(TenantId id) { return Error(Fault::missing, fmt::format("find tenant {}: none", id.text())); }

std::optional<Digest> digest_of(const std::optional<std::string>& code) {
  return code ? std::optional(Digest::of(*code)) : std::nullopt;
}

}  // namespace

Error already_leaving(TenantId id) {
  return Error(Fault::conflict, fmt::format("change tenant {}: it is being removed", id.text()), "leaving");
}

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
  if (!tenant) throw no_tenant(id);
  co_return *tenant;
}

Task<Tenant> Accounts::change(Context ctx, TenantId id, TenantChange change) {
  FieldCheck check("change the tenant");
  if (change.name) check.require_label(*change.name, "/name");
  if (change.admin_email) check.require_email(*change.admin_email, "/admin_email");
  check.finish();
  const auto changed = co_await catalog_.change_tenant(ctx, id, std::move(change));
  if (changed) co_return *changed;
  const auto tenant = co_await require(ctx, id);
  throw already_leaving(tenant.id);
}

Task<> Accounts::remove(Context ctx, TenantId id) {
  const bool is_begun = co_await catalog_.begin_removal(ctx, id);
  if (!is_begun) throw no_tenant(id);
}

Task<> Accounts::set_rate(Context ctx, TenantId id, std::optional<Rate> rate) {
  constexpr double kMost = 1e6;
  FieldCheck check("set the rate limit");
  if (rate) {
    check.require(rate->per_second > 0 && rate->per_second <= kMost, "/per_second",
                  "must be over 0, and at most 1000000");
    check.require(rate->burst >= 1 && rate->burst <= kMost, "/burst", "must be 1 to 1000000");
  }
  check.finish();
  const bool is_set = co_await catalog_.set_rate(ctx, id, rate);
  if (!is_set) throw no_tenant(id);
}

Task<> Accounts::set_quota(Context ctx, TenantId id, Quota quota) {
  const bool is_set = co_await catalog_.set_quota(ctx, id, quota);
  if (!is_set) throw no_tenant(id);
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
  co_await catalog_.add_tenant(ctx, made.tenant, made.key, digest_of(fields.invitation));
  co_return made;
}

}  // namespace calotype::tenants
