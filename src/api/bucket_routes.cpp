#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"
#include "api/quota.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const Bucket& bucket) {
  json::array forbidden;
  for (const auto& type : bucket.forbidden_types) forbidden.emplace_back(type);
  return {{"bucket_id", bucket.id.text()},     {"aliases", json::array{bucket.alias}},
          {"status", bucket.status},           {"region", bucket.region},
          {"statics", bucket.serves_statics},  {"cache", json::object{{"max_age", bucket.max_age.count()}}},
          {"private", bucket.is_private},      {"default_rule", bucket.default_rule},
          {"placeholder", bucket.placeholder}, {"forbidden_types", std::move(forbidden)},
          {"quota", shown_quota(bucket.quota)}};
}

/// The settings that are there. Members of the wrong type, or unknown ones, are problems of `fields`.
BucketChange read_settings(JsonFields& fields) {
  BucketChange wanted;
  // Older clients say "continent".
  const auto region = fields.text("region");
  const auto continent = fields.text("continent");
  if (region && continent) fields.add_problem("continent", "stands for \"region\": only one of them can be given");
  wanted.region = region ? region : continent;
  wanted.serves_statics = fields.flag("statics");
  wanted.is_private = fields.flag("private");
  auto cache = fields.within("cache");
  const auto age = cache.whole("max_age");
  if (age) wanted.max_age = Seconds(*age);
  wanted.default_rule = fields.text("default_rule");
  wanted.placeholder = fields.text("placeholder");
  wanted.forbidden_types = fields.texts("forbidden_types");
  auto quota = fields.within("quota");
  const auto limits = read_quota(quota);
  if (fields.has("quota")) wanted.quota = limits;
  return wanted;
}

BucketChange read_new_bucket(const std::string& text) {
  JsonFields fields(text, "add a bucket", JsonFields::Unknown::refused);
  const auto name = fields.need_text("name");
  auto wanted = read_settings(fields);
  wanted.alias = name;
  fields.finish();
  return wanted;
}

BucketChange read_change(const std::string& text) {
  JsonFields fields(text, "change the bucket", JsonFields::Unknown::refused);
  const auto name = fields.text("name");
  auto wanted = read_settings(fields);
  wanted.alias = name;
  fields.finish();
  return wanted;
}

Task<http::Response> add_bucket(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  auto wanted = read_new_bucket(text);
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

Task<http::Response> change_bucket(Parts parts, Call call) {
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "change the bucket");
  auto wanted = read_change(text);
  const auto domain_name = call.path.at("domain");
  const auto bucket_name = call.path.at("bucket");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto before = co_await parts->tenants.buckets.require(call.ctx, domain, bucket_name);
  const auto bucket = co_await parts->tenants.buckets.change(call.ctx, before, std::move(wanted));
  co_return json_response(200, json::serialize(shown(bucket)));
}

Task<http::Response> delete_bucket(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto bucket_name = call.path.at("bucket");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto bucket = co_await parts->tenants.buckets.require(call.ctx, domain, bucket_name);
  co_await parts->tenants.buckets.remove(call.ctx, bucket);
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> bucket_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/domains/{domain}/buckets";
  const std::string one = all + "/{bucket}";
  return {{Method::post, all, "add_bucket", Guard::tenant, "buckets:create", add_bucket, true},
          {Method::get, all, "list_buckets", Guard::tenant, "buckets:list", list_buckets},
          {Method::get, one, "get_bucket", Guard::tenant, "buckets:get", get_bucket},
          {Method::put, one, "change_bucket", Guard::tenant, "buckets:update", change_bucket, true},
          {Method::del, one, "delete_bucket", Guard::tenant, "buckets:delete", delete_bucket, true}};
}

}  // namespace calotype::api
