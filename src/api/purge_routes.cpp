#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/listing.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

constexpr std::size_t kPage = 1000;

json::object shown(const Purge& purge) {
  json::object body{{"purge_id", purge.id.text()},
                    {"scope", std::string(name_of(purge.scope))},
                    {"reason", std::string(name_of(purge.reason))},
                    {"subject", purge.subject},
                    {"surrogate_keys", json::value_from(purge.keys)},
                    {"status", purge.done ? "done" : "open"},
                    {"objects", purge.objects},
                    {"renditions", purge.renditions},
                    {"asked", purge.asked.time_since_epoch().count()}};
  if (purge.bucket) body["bucket_id"] = purge.bucket->text();
  if (purge.done) body["done"] = purge.done->time_since_epoch().count();
  return body;
}

tenants::PurgeAsk read_ask(const std::string& text) {
  JsonFields body(text, "purge", JsonFields::Unknown::refused);
  tenants::PurgeAsk ask{.bucket = body.text("bucket"),
                        .object = body.text("object"),
                        .prefix = body.text("prefix"),
                        .domain = body.text("domain"),
                        .rule = body.text("rule"),
                        .tag = body.text("tag")};
  body.finish();
  return ask;
}

Task<http::Response> add_purge(Parts parts, Call call) {
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "purge");
  auto ask = read_ask(text);
  const auto purge = co_await parts->tenants.purges.ask(call.ctx, call.tenant, std::move(ask));
  if (parts->forget && purge.scope == Purge::Scope::object) parts->forget(*purge.bucket, purge.subject);
  auto response = created(call.request, purge.id.text(), json::serialize(shown(purge)));
  response.status = 202;
  co_return response;
}

Task<http::Response> list_purges(Parts parts, Call call) {
  const auto scope = fmt::format("purges {}", call.tenant.text());
  const auto token = call.request.parameter("continuation-token");
  const auto before = token ? std::stoll(read_page_token(scope, *token)) : INT64_MAX;
  const auto most = static_cast<std::size_t>(whole_parameter(call.request, "max-keys", 1, kPage).value_or(kPage));
  const auto found = co_await parts->tenants.purges.list(call.ctx, call.tenant, before, most);
  json::array all;
  for (const auto& purge : found) all.push_back(shown(purge));
  json::object body{{"purges", std::move(all)}};
  if (found.size() == most) body["continuation_token"] = make_token(scope, std::to_string(found.back().sequence));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> get_purge(Parts parts, Call call) {
  const auto id = call.path.at("purge");
  const auto purge = co_await parts->tenants.purges.require(call.ctx, call.tenant, id);
  co_return json_response(200, json::serialize(shown(purge)));
}

}  // namespace

std::vector<ManagementRoute> purge_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/purges";
  return {{.method = Method::post,
           .pattern = all,
           .name = "add_purge",
           .action = "purges:create",
           .run = add_purge,
           .changes_settings = true},
          {Method::get, all, "list_purges", Guard::tenant, "purges:list", list_purges},
          {Method::get, all + "/{purge}", "get_purge", Guard::tenant, "purges:get", get_purge}};
}

}  // namespace calotype::api
