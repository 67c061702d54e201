#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"
#include "core/encoding.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

json::object shown(const SigningKey& key, WallTime now) {
  json::object body{{"id", key.id.text()},
                    {"description", key.description},
                    {"active", !key.ends || now < *key.ends},
                    {"created", key.created.time_since_epoch().count()}};
  if (key.ends) body["ends"] = key.ends->time_since_epoch() / Seconds(1);
  return body;
}

/// Epoch seconds, as `exp` in the URLs.
std::optional<WallTime> read_end(JsonFields& fields) {
  constexpr std::int64_t kFarthest = 1'000'000'000'000;
  const auto seconds = fields.whole("ends");
  if (!seconds) return std::nullopt;
  if (*seconds < 0 || *seconds >= kFarthest) {
    fields.add_problem("ends", "must be seconds since 1970");
    return std::nullopt;
  }
  return WallTime(Seconds(*seconds));
}

Task<http::Response> add_signing_key(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "make a signing key", JsonFields::Unknown::refused);
  auto description = fields.text("description").value_or("");
  const auto ends = read_end(fields);
  fields.finish();

  const auto key = co_await parts->signing_keys.make(call.ctx, call.tenant, std::move(description), ends);
  auto body = shown(key, parts->clock.now());
  body["secret"] = encode_base64url(key.secret);
  co_return created(call.request, key.id.text(), json::serialize(body));
}

Task<http::Response> list_signing_keys(Parts parts, Call call) {
  const auto all = co_await parts->signing_keys.list(call.ctx, call.tenant);
  json::array body;
  for (const auto& key : all) body.push_back(shown(key, parts->clock.now()));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> change_signing_key(Parts parts, Call call) {
  const auto text = co_await need_body_text(call.request, kMaxJsonBody, "change the signing key");
  JsonFields fields(text, "change the signing key", JsonFields::Unknown::refused);
  SigningKeyChange change{.description = fields.text("description"), .ends = read_end(fields), .when = {}};
  fields.finish();

  auto id = call.path.at("signing");
  const auto key = co_await parts->signing_keys.change(call.ctx, call.tenant, std::move(id), std::move(change));
  co_return json_response(200, json::serialize(shown(key, parts->clock.now())));
}

Task<http::Response> delete_signing_key(Parts parts, Call call) {
  auto id = call.path.at("signing");
  co_await parts->signing_keys.remove(call.ctx, call.tenant, std::move(id));
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> signing_key_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/signing-keys";
  const std::string one = all + "/{signing}";
  return {showing_secret({Method::post, all, "add_signing_key", Guard::tenant, "signing-keys:create", add_signing_key}),
          {Method::get, all, "list_signing_keys", Guard::tenant, "signing-keys:list", list_signing_keys},
          {Method::put, one, "change_signing_key", Guard::tenant, "signing-keys:update", change_signing_key},
          {Method::del, one, "delete_signing_key", Guard::tenant, "signing-keys:delete", delete_signing_key}};
}

}  // namespace calotype::api
