#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/command.h"
#include "cli/show.h"
#include "core/error.h"

namespace calotype::cli {

namespace {

using http::Method;
using Kind = Word::Kind;
using Place = Word::Place;
namespace json = boost::json;

/// Signs up, and keeps what came as a profile where that is asked for.
Task<> create_tenant(Session& session, Words words) {
  json::object body{{"name", words.get("NAME")}, {"admin_email", words.get("--email")}};
  if (words.has("--invitation")) body["invitation"] = words.get("--invitation");
  Ask ask{.method = Method::post, .path = "/tenants", .body = Bytes::from(json::serialize(body))};
  ask.fields.set("Content-Type", "application/json");
  ask.is_signed = words.has("--signed");
  const auto reply = co_await session.call(std::move(ask));
  if (words.has("--save-profile")) {
    const auto made = json::parse(reply.body).as_object();
    auto profile = session.profile();
    profile.tenant = made.at("tenant_id").as_string();
    profile.access_key_id = made.at("access_id").as_string();
    profile.private_key = bare_key(std::string_view(made.at("private_key").as_string()));
    profile.private_key_file.clear();
    save_profile(words.get("--save-profile"), profile, process_environment());
  }
  if (session.as_json() || !words.has("--save-profile")) {
    show_reply(session, reply, {}, "");
  } else {
    session.out() << fmt::format("signed up; the key is in profile {}\n", words.get("--save-profile"));
  }
}

}  // namespace

std::vector<Command> tenant_commands() {
  return {
      {.noun = "tenant",
       .verb = "create",
       .doc = "sign up; the private key is shown once, or kept in a profile",
       .words = {{"NAME", "the tenant's name", Kind::text, Place::none, "", true},
                 {"--email", "of its administrator", Kind::text, Place::none, "", true},
                 {"--invitation", "where sign-up is by invitation"},
                 {"--signed", "as an operator, where sign-up is closed", Kind::flag},
                 {"--save-profile", "keep the key under this name instead of showing it"}},
       .run = create_tenant},
      {"tenant",
       "list",
       "all tenants; operators only",
       Method::get,
       "/tenants",
       {},
       {{"ID", "id"}, {"NAME", "name"}, {"E-MAIL", "admin_email"}, {"STATUS", "status"}}},
      {"tenant", "show", "the tenant", Method::get, "{tenant}"},
      {"tenant",
       "update",
       "change name or e-mail",
       Method::put,
       "{tenant}",
       {{"--name", "the new name", Kind::text, Place::body, "name"},
        {"--email", "the new address", Kind::text, Place::body, "admin_email"},
        {"--needs-expiry", "true: its tokens must have exp", Kind::choice, Place::body, "tokens.needs_expiry"},
        {"--needs-token-id", "true: its tokens must have jti", Kind::choice, Place::body, "tokens.needs_token_id"}},
       {},
       "updated"},
      {"tenant", "quota", "what the tenant may hold", Method::get, "{tenant}/quota"},
      {"tenant",
       "set-quota",
       "set what the tenant may hold; what is left out has no limit; operators only",
       Method::put,
       "{tenant}/quota",
       {{"--objects", "how many", Kind::number, Place::body, "objects"},
        {"--bytes", "of all of them", Kind::number, Place::body, "bytes"}}},
      {"tenant", "rate-limit", "how often the tenant may call", Method::get, "{tenant}/rate-limit"},
      {"tenant",
       "set-rate-limit",
       "set how often the tenant may call; without words as everybody; operators only",
       Method::put,
       "{tenant}/rate-limit",
       {{"--per-second", "requests on average", Kind::number, Place::body, "per_second"},
        {"--burst", "requests at once", Kind::number, Place::body, "burst"}}},
      {"tenant",
       "delete",
       "remove the tenant with all that it has",
       Method::del,
       "{tenant}",
       {},
       {},
       "the tenant is being deleted"},
  };
}

std::vector<Command> invitation_commands() {
  return {
      {"invitation",
       "create",
       "let somebody sign up, once; the code is shown once; operators only",
       Method::post,
       "/invitations",
       {{"--note", "for whom", Kind::text, Place::body, "note"},
        {"--expires-in", "seconds that it is good; else a week", Kind::number, Place::body, "expires_in"}}},
      {"invitation",
       "list",
       "all invitations; operators only",
       Method::get,
       "/invitations",
       {},
       {{"ID", "id"}, {"NOTE", "note"}, {"EXPIRES", "expires"}, {"USED", "used"}, {"TENANT", "tenant_id"}}},
      {"invitation",
       "delete",
       "take it back; operators only",
       Method::del,
       "/invitations/{INVITATION}",
       {{"INVITATION", "the invitation's id", Kind::text, Place::path, "", true}},
       {},
       "deleted"},
  };
}

std::vector<Command> key_commands() {
  const Word key{"KEY", "the access key's id", Kind::text, Place::path, "", true};
  const Word policies{"--policy", "what it may do, by id or alias; may be repeated; else everything", Kind::list,
                      Place::body, "policies"};
  return {
      {"key",
       "list",
       "the tenant's access keys",
       Method::get,
       "{tenant}/access-keys",
       {},
       {{"ID", "access_id"}, {"ACTIVE", "active"}, {"DESCRIPTION", "description"}}},
      {"key",
       "create",
       "make a key pair; the private half is shown once",
       Method::post,
       "{tenant}/access-keys",
       {{"--description", "what it is for", Kind::text, Place::body, "description"}, policies}},
      {"key",
       "add",
       "register a public key of one's own",
       Method::put,
       "{tenant}/access-keys",
       {{"--public-key", "PEM, or its bare base64", Kind::text, Place::body, "public_key", true},
        {"--description", "what it is for", Kind::text, Place::body, "description"},
        policies}},
      {"key", "show", "one", Method::get, "{tenant}/access-keys/{KEY}", {key}},
      {"key",
       "update",
       "switch it off or on, or describe it",
       Method::put,
       "{tenant}/access-keys/{KEY}",
       {key,
        {"--active", "true or false", Kind::choice, Place::body, "active"},
        {"--description", "what it is for", Kind::text, Place::body, "description"}},
       {},
       "updated"},
      {"key", "delete", "revoke it", Method::del, "{tenant}/access-keys/{KEY}", {key}, {}, "deleted"},
      {"key",
       "policies",
       "the policies that it has",
       Method::get,
       "{tenant}/access-keys/{KEY}/policies",
       {key},
       {{"ID", "id"}, {"ALIAS", "alias"}}},
      {"key",
       "attach",
       "give it a policy",
       Method::post,
       "{tenant}/access-keys/{KEY}/policies",
       {key,
        {"--policy-id", "the policy's id", Kind::text, Place::body, "policy_id"},
        {"--policy", "the policy's alias", Kind::text, Place::body, "policy_alias"}},
       {},
       "attached"},
      {"key",
       "detach",
       "take a policy from it",
       Method::del,
       "{tenant}/access-keys/{KEY}/policies/{POLICY}",
       {key, {"POLICY", "the policy's id or alias", Kind::text, Place::path, "", true}},
       {},
       "detached"},
  };
}

std::vector<Command> policy_commands() {
  const Word policy{"POLICY", "the policy's id or alias", Kind::text, Place::path, "", true};
  const Word statements{
      "--policy", "a file with the policy: {version, statements}", Kind::json_file, Place::body, "policy", true};
  return {
      {"policy",
       "list",
       "the tenant's policies",
       Method::get,
       "{tenant}/policies",
       {},
       {{"ID", "id"}, {"ALIAS", "alias"}}},
      {"policy",
       "create",
       "add one",
       Method::post,
       "{tenant}/policies",
       {{"ALIAS", "its name", Kind::text, Place::body, "alias", true}, statements}},
      {"policy", "show", "one", Method::get, "{tenant}/policies/{POLICY}", {policy}},
      {"policy",
       "update",
       "replace what it says",
       Method::put,
       "{tenant}/policies/{POLICY}",
       {policy, statements, {"--alias", "its new name", Kind::text, Place::body, "alias"}},
       {},
       "updated"},
      {"policy", "delete", "remove it", Method::del, "{tenant}/policies/{POLICY}", {policy}, {}, "deleted"},
  };
}

}  // namespace calotype::cli
