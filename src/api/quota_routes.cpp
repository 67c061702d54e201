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

/// What holds for the tenant; "own" says whether that is its own.
std::string shown_rate(const std::optional<Rate>& own, const Rate& usual) {
  const auto rate = own.value_or(usual);
  const bool is_limited = rate.per_second > 0;
  return json::serialize(json::object{{"per_second", is_limited ? json::value(rate.per_second) : json::value(nullptr)},
                                      {"burst", is_limited ? json::value(rate.burst) : json::value(nullptr)},
                                      {"own", own.has_value()}});
}

Task<http::Response> get_rate_limit(Parts parts, Call call) {
  const auto tenant = co_await parts->tenants.accounts.require(call.ctx, call.tenant);
  co_return json_response(200, shown_rate(tenant.rate, parts->rate_limit.usual()));
}

/// Both numbers, or neither: then the tenant is limited as everybody is.
std::optional<Rate> read_rate(const std::string& text) {
  JsonFields fields(text, "set the rate limit", JsonFields::Unknown::refused);
  const auto per_second = fields.number("per_second");
  const auto burst = fields.number("burst");
  if (per_second && !burst) fields.add_problem("burst", "is missing beside per_second");
  if (burst && !per_second) fields.add_problem("per_second", "is missing beside burst");
  fields.finish();
  if (!per_second) return std::nullopt;
  return Rate{.per_second = *per_second, .burst = *burst};
}

Task<http::Response> set_rate_limit(Parts parts, Call call) {
  const auto id = TenantId::parse(call.path.at("tenant"));
  if (!id) throw Error(Fault::missing, "find the tenant: none of this id");
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "set the rate limit");
  const auto rate = read_rate(text);
  co_await parts->tenants.accounts.set_rate(call.ctx, *id, rate);
  co_return json_response(200, shown_rate(rate, parts->rate_limit.usual()));
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
  const std::string quota = "/tenants/{tenant}/quota";
  const std::string rate = "/tenants/{tenant}/rate-limit";
  return {{Method::get, quota, "get_quota", Guard::tenant, "tenants:get", get_quota},
          {Method::put, quota, "set_quota", Guard::operators, "tenants:update", set_quota},
          {Method::get, rate, "get_rate_limit", Guard::tenant, "tenants:get", get_rate_limit},
          {Method::put, rate, "set_rate_limit", Guard::operators, "tenants:update", set_rate_limit}};
}

}  // namespace calotype::api
