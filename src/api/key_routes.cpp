#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

/// Makes a pair. The private half is in this answer and nowhere else.
Task<http::Response> make_key(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "make an access key", JsonFields::Unknown::refused);
  auto description = fields.text("description").value_or("");
  fields.finish();

  const auto made = co_await parts->keys.make(call.ctx, call.tenant, std::move(description));
  const auto id = made.key.id.text();
  const json::object body{{"access_id", id}, {"private_key", made.private_pem}};
  co_return created(call.request, id, json::serialize(body));
}

/// Takes a public key whose other half the caller keeps.
Task<http::Response> add_key(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "add an access key", JsonFields::Unknown::refused);
  auto public_key = fields.need_text("public_key");
  auto description = fields.text("description").value_or("");
  fields.finish();

  const auto key = co_await parts->keys.add(call.ctx, call.tenant, std::move(public_key), std::move(description));
  const auto id = key.id.text();
  const json::object body{{"access_id", id}};
  co_return created(call.request, id, json::serialize(body));
}

}  // namespace

std::vector<ManagementRoute> key_routes() {
  using http::Method;
  return {{Method::post, "/tenants/{tenant}/access-keys", "make_key", Guard::tenant, "access-keys:create", make_key},
          {Method::put, "/tenants/{tenant}/access-keys", "add_key", Guard::tenant, "access-keys:create", add_key}};
}

}  // namespace calotype::api
