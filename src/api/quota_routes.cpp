#include "api/quota.h"

#include <boost/json.hpp>

#include "api/answer.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::value shown_limit(std::optional<std::uint64_t> most) { return most ? json::value(*most) : json::value(nullptr); }

std::optional<std::uint64_t> read_limit(JsonFields& fields, std::string_view name) {
  const auto most = fields.whole(name);
  if (!most) return std::nullopt;
  if (*most < 0) fields.add_problem(name, "must be 0 or more; null is no limit");
  return static_cast<std::uint64_t>(*most);
}

Task<http::Response> get_quota(Parts parts, Call call) {
  const auto tenant = co_await parts->tenants.accounts.require(call.ctx, call.tenant);
  co_return json_response(200, json::serialize(shown_quota(tenant.quota)));
}

Task<http::Response> set_quota(Parts parts, Call call) {
  const auto id = TenantId::parse(call.path.at("tenant"));
  if (!id) throw Error(Fault::missing, "find the tenant: none of this id");
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "set the quota");
  JsonFields fields(text, "set the quota", JsonFields::Unknown::refused);
  const auto quota = read_quota(fields);
  fields.finish();
  co_await parts->tenants.accounts.set_quota(call.ctx, *id, quota);
  co_return json_response(200, json::serialize(shown_quota(quota)));
}

}  // namespace

json::object shown_quota(const Quota& quota) {
  return {{"objects", shown_limit(quota.objects)}, {"bytes", shown_limit(quota.bytes)}};
}

Quota read_quota(JsonFields& fields) {
  Quota quota;
  quota.objects = read_limit(fields, "objects");
  quota.bytes = read_limit(fields, "bytes");
  return quota;
}

std::vector<ManagementRoute> quota_routes() {
  using http::Method;
  const std::string path = "/tenants/{tenant}/quota";
  return {{Method::get, path, "get_quota", Guard::tenant, "tenants:get", get_quota},
          {Method::put, path, "set_quota", Guard::operators, "tenants:update", set_quota}};
}

}  // namespace calotype::api
