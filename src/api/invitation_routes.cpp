#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/management.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }

json::object shown(const Invitation& invitation) {
  json::object body{{"id", invitation.id.text()},
                    {"note", invitation.note},
                    {"created", milliseconds(invitation.created)},
                    {"expires", milliseconds(invitation.expires)}};
  if (invitation.used) body["used"] = milliseconds(*invitation.used);
  if (invitation.tenant) body["tenant_id"] = invitation.tenant->text();
  return body;
}

Task<http::Response> make_invitation(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  JsonFields fields(text, "make an invitation", JsonFields::Unknown::refused);
  auto note = fields.text("note").value_or("");
  const auto life = fields.whole("expires_in");
  fields.finish();

  const auto seconds = life ? std::optional(Seconds(*life)) : std::nullopt;
  const auto made = co_await parts->tenants.invitations.make(call.ctx, std::move(note), seconds);
  auto body = shown(made.invitation);
  body["code"] = made.code;
  co_return created(call.request, made.invitation.id.text(), json::serialize(body));
}

Task<http::Response> list_invitations(Parts parts, Call call) {
  const auto all = co_await parts->tenants.invitations.list(call.ctx);
  json::array body;
  for (const auto& invitation : all) body.push_back(shown(invitation));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> delete_invitation(Parts parts, Call call) {
  auto id = call.path.at("invitation");
  co_await parts->tenants.invitations.remove(call.ctx, std::move(id));
  co_return done(200);
}

}  // namespace

std::vector<ManagementRoute> invitation_routes() {
  using http::Method;
  const std::string all = "/invitations";
  return {
      showing_secret({Method::post, all, "make_invitation", Guard::operators, "invitations:create", make_invitation}),
      {Method::get, all, "list_invitations", Guard::operators, "invitations:list", list_invitations},
      {Method::del, all + "/{invitation}", "delete_invitation", Guard::operators, "invitations:delete",
       delete_invitation}};
}

}  // namespace calotype::api
