#include "model/tenant.h"

#include <algorithm>

namespace calotype {

bool is_forbidden(const Bucket& bucket, std::string_view content_type) {
  // Parameters ("; charset=utf-8") do not make another type.
  const auto type = content_type.substr(0, content_type.find_first_of("; \t"));
  return std::any_of(bucket.forbidden_types.begin(), bucket.forbidden_types.end(), [&](std::string_view forbidden) {
    if (!forbidden.ends_with("/*")) return forbidden == type;
    return type.starts_with(forbidden.substr(0, forbidden.size() - 1));
  });
}

Tenant changed(Tenant tenant, const TenantChange& change) {
  tenant.name = change.name.value_or(tenant.name);
  tenant.admin_email = change.admin_email.value_or(tenant.admin_email);
  tenant.demands.expiry = change.needs_expiry.value_or(tenant.demands.expiry);
  tenant.demands.token_id = change.needs_token_id.value_or(tenant.demands.token_id);
  return tenant;
}

Bucket changed(Bucket bucket, const BucketChange& change) {
  if (change.alias) bucket.alias = *change.alias;
  if (change.region) bucket.region = *change.region;
  if (change.serves_statics) bucket.serves_statics = *change.serves_statics;
  if (change.is_private) bucket.is_private = *change.is_private;
  if (change.max_age) bucket.max_age = *change.max_age;
  if (change.default_rule) bucket.default_rule = *change.default_rule;
  if (change.placeholder) bucket.placeholder = *change.placeholder;
  if (change.forbidden_types) bucket.forbidden_types = *change.forbidden_types;
  if (change.quota) bucket.quota = *change.quota;
  bucket.changed = change.when;
  return bucket;
}

}  // namespace calotype
