#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const Bucket& bucket) {
  return {{"bucket_id", bucket.id.text()},    {"aliases", json::array{bucket.alias}},
          {"status", bucket.status},          {"region", bucket.region},
          {"statics", bucket.serves_statics}, {"cache", json::object{{"max_age", bucket.max_age.count()}}}};
}

tenants::NewBucket read_bucket(const std::string& text) {
  JsonFields fields(text, "add a bucket", JsonFields::Unknown::refused);
  tenants::NewBucket wanted;
  wanted.name = fields.need_text("name");
  // Older clients say "continent".
  const auto region = fields.text("region");
  const auto continent = fields.text("continent");
  if (region && continent) fields.add_problem("continent", "stands for \"region\": only one of them can be given");
  wanted.region = region ? *region : continent.value_or("");
  wanted.serves_statics = fields.flag("statics").value_or(wanted.serves_statics);
  auto cache = fields.within("cache");
  wanted.max_age_seconds = cache.whole("max_age").value_or(wanted.max_age_seconds);
  fields.finish();
  return wanted;
}

Task<http::Response> add_bucket(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  auto wanted = read_bucket(text);
  const auto domain_name = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto bucket = co_await parts->tenants.buckets.add(call.ctx, domain, std::move(wanted));
  co_return created(call.request, bucket.id.text(), json::serialize(shown(bucket)));
}

Task<http::Response> list_buckets(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto all = co_await parts->tenants.buckets.list(call.ctx, domain);
  json::array body;
  for (const auto& bucket : all) body.push_back(shown(bucket));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_bucket(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto bucket_name = call.path.at("bucket");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto bucket = co_await parts->tenants.buckets.require(call.ctx, domain, bucket_name);
  co_return json_response(200, json::serialize(shown(bucket)));
}

}  // namespace

std::vector<ManagementRoute> bucket_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/domains/{domain}/buckets";
  return {{Method::post, all, "add_bucket", Guard::tenant, "buckets:create", add_bucket},
          {Method::get, all, "list_buckets", Guard::tenant, "buckets:list", list_buckets},
          {Method::get, all + "/{bucket}", "get_bucket", Guard::tenant, "buckets:get", get_bucket}};
}

}  // namespace calotype::api
