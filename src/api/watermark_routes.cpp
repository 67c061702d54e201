#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const StoredWatermark& watermark) {
  json::object body{{"id", watermark.id.text()},
                    {"size", watermark.size_bytes},
                    {"content_type", content_type_of(watermark.info.format)},
                    {"width", watermark.info.upright().width},
                    {"height", watermark.info.upright().height}};
  if (!watermark.alias.empty()) body["alias"] = watermark.alias;
  return body;
}

Task<http::Response> add_watermark(Parts parts, Call call) {
  JsonFields metadata(call.caller.metadata, "add a watermark", JsonFields::Unknown::ignored, "/metadata");
  auto alias = metadata.text("alias").value_or("");
  metadata.finish();
  const auto domain_name = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  auto picture = co_await body_text(call.request, parts->tenants.watermarks.most_bytes());
  auto bytes = Bytes::from(std::move(picture));
  const auto mark = co_await parts->tenants.watermarks.add(call.ctx, domain, std::move(alias), std::move(bytes));
  co_return created(call.request, mark.id.text(), json::serialize(shown(mark)));
}

Task<http::Response> list_watermarks(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto all = co_await parts->tenants.watermarks.list(call.ctx, domain);
  json::array body;
  for (const auto& watermark : all) body.push_back(shown(watermark));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_watermark(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto mark_name = call.path.at("watermark");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  auto opened = co_await parts->tenants.watermarks.open(call.ctx, domain, mark_name);
  std::string type(content_type_of(opened.watermark.info.format));
  auto response = co_await source_response(call.ctx, std::move(opened.source), std::move(type));
  response.fields.set("ETag", fmt::format("\"{}\"", opened.watermark.content.hex()));
  co_return response;
}

Task<http::Response> replace_watermark(Parts parts, Call call) {
  JsonFields metadata(call.caller.metadata, "replace the watermark", JsonFields::Unknown::ignored, "/metadata");
  auto alias = metadata.text("alias");
  metadata.finish();
  const auto domain_name = call.path.at("domain");
  const auto mark_name = call.path.at("watermark");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto before = co_await parts->tenants.watermarks.require(call.ctx, domain, mark_name);
  auto picture = co_await body_text(call.request, parts->tenants.watermarks.most_bytes());
  auto bytes = Bytes::from(std::move(picture));
  const auto mark = co_await parts->tenants.watermarks.replace(call.ctx, before, std::move(alias), std::move(bytes));
  co_return json_response(200, json::serialize(shown(mark)));
}

Task<http::Response> delete_watermark(Parts parts, Call call) {
  const auto domain_name = call.path.at("domain");
  const auto mark_name = call.path.at("watermark");
  const auto domain = co_await parts->tenants.domains.require(call.ctx, call.tenant, domain_name);
  const auto mark = co_await parts->tenants.watermarks.require(call.ctx, domain, mark_name);
  co_await parts->tenants.watermarks.remove(call.ctx, mark);
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> watermark_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/domains/{domain}/watermarks";
  const std::string one = all + "/{watermark}";
  return {{Method::post, all, "add_watermark", Guard::tenant, "watermarks:create", add_watermark, true},
          {Method::get, all, "list_watermarks", Guard::tenant, "watermarks:list", list_watermarks},
          {Method::get, one, "get_watermark", Guard::tenant, "watermarks:get", get_watermark},
          {Method::put, one, "replace_watermark", Guard::tenant, "watermarks:update", replace_watermark, true},
          {Method::del, one, "delete_watermark", Guard::tenant, "watermarks:delete", delete_watermark, true}};
}

}  // namespace calotype::api
