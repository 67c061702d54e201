#include <algorithm>

#include <boost/json.hpp>

#include "api/answer.h"
#include "api/json_fields.h"
#include "api/listing.h"
#include "api/management.h"
#include "http/address.h"
#include "http/url.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostUrl = 2048;
constexpr std::size_t kPage = 1000;
constexpr std::int64_t kLatestSecond = 253'402'300'799;

json::object shown(const StoredEvent& event) {
  return {{"id", event.id.text()},
          {"type", event.type},
          {"time", event.time.time_since_epoch().count()},
          {"subject", event.subject},
          {"data", event.data.empty() ? json::object() : json::parse(event.data).as_object()}};
}

json::object shown(const Webhook& webhook) {
  return {{"id", webhook.id.text()},
          {"url", webhook.url},
          {"events", json::value_from(webhook.types)},
          {"active", webhook.is_active}};
}

/// Where the last page ended.
std::int64_t read_after(const http::Request& request, const std::string& scope) {
  const auto token = request.parameter("continuation-token");
  return token ? std::stoll(read_page_token(scope, *token)) : 0;
}

/// Of the events to list; empty: any.
std::string read_type(const http::Request& request) {
  auto type = request.parameter("type");
  if (!type) return {};
  const auto& all = events::event_types();
  if (std::ranges::find(all, *type) == all.end()) {
    throw Error(Fault::unprocessable, "list events: there is none of this type", "invalid-parameter",
                {{.pointer = "/type",
                  .detail = "is no type of event",
                  .hint = fmt::format("there are {}", fmt::join(all, ", "))}});
  }
  return *std::move(type);
}

/// What is wrong with the URL of a webhook; empty: nothing. An address that a name leads to is looked at when it is
/// connected to.
std::string fault_of_url(const std::string& text, bool may_lead_inside) {
  if (text.size() > kMostUrl) return fmt::format("must be at most {} bytes", kMostUrl);
  try {
    const auto url = http::parse_url(text);
    const bool is_address =
        url.host.find_first_not_of("0123456789.") == std::string::npos || url.host.find(':') != std::string::npos;
    const bool is_local = url.host == "localhost" || url.host.ends_with(".localhost");
    if (!may_lead_inside && (is_local || (is_address && !http::is_public_address(url.host)))) {
      return "must lead to a public address";
    }
  } catch (const Error&) {
    return "must be an absolute http or https URL without user information";
  }
  return {};
}

events::WebhookAsk read_webhook(const std::string& text, bool may_lead_inside) {
  JsonFields body(text, "be told of events", JsonFields::Unknown::refused);
  events::WebhookAsk ask;
  const bool has_url = body.has("url");
  ask.url = body.need_text("url");
  ask.types = body.texts("events").value_or(std::vector<std::string>());
  ask.is_active = body.flag("active").value_or(true);
  if (has_url && !ask.url.empty()) {
    auto fault = fault_of_url(ask.url, may_lead_inside);
    if (!fault.empty()) body.add_problem("url", std::move(fault));
  } else if (has_url) {
    body.add_problem("url", "must be an absolute http or https URL");
  }
  body.finish();
  return ask;
}

std::optional<WallTime> read_second(JsonFields& body, std::string_view name) {
  const auto seconds = body.whole(name);
  if (!seconds) return std::nullopt;
  if (*seconds >= 0 && *seconds <= kLatestSecond) return WallTime(Seconds(*seconds));
  body.add_problem(name, "must be a whole number of seconds since 1970");
  return std::nullopt;
}

events::ReplayAsk read_replay(const std::string& text) {
  JsonFields body(text, "deliver events again", JsonFields::Unknown::refused);
  events::ReplayAsk ask{.from = read_second(body, "start-date"), .until = read_second(body, "end-date")};
  if (ask.from && ask.until && *ask.until < *ask.from) body.add_problem("end-date", "must not lie before start-date");
  body.finish();
  return ask;
}

Task<http::Response> list_events(Parts parts, Call call) {
  const auto scope = fmt::format("events {}", call.tenant.text());
  EventAsk ask{.tenant = call.tenant, .after = read_after(call.request, scope)};
  ask.type = read_type(call.request);
  ask.most = static_cast<std::size_t>(whole_parameter(call.request, "max-keys", 1, kPage).value_or(kPage));
  const auto most = ask.most;
  const auto found = co_await parts->events.list(call.ctx, std::move(ask));
  json::array all;
  for (const auto& event : found) all.push_back(shown(event));
  json::object body{{"events", std::move(all)}};
  if (found.size() == most) body["continuation_token"] = make_token(scope, std::to_string(found.back().sequence));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> list_webhooks(Parts parts, Call call) {
  const auto found = co_await parts->events.webhooks(call.ctx, call.tenant);
  json::array all;
  for (const auto& webhook : found) all.push_back(shown(webhook));
  co_return json_response(200, json::serialize(all));
}

Task<http::Response> add_webhook(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  auto ask = read_webhook(text, parts->may_tell_inside);
  const auto webhook = co_await parts->events.add(call.ctx, call.tenant, std::move(ask));
  auto body = shown(webhook);
  body["secret"] = webhook.secret;
  co_return created(call.request, webhook.id.text(), json::serialize(body));
}

Task<http::Response> get_webhook(Parts parts, Call call) {
  const auto id = call.path.at("webhook");
  const auto webhook = co_await parts->events.require(call.ctx, call.tenant, id);
  co_return json_response(200, json::serialize(shown(webhook)));
}

Task<http::Response> change_webhook(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  auto ask = read_webhook(text, parts->may_tell_inside);
  const auto id = call.path.at("webhook");
  const auto webhook = co_await parts->events.change(call.ctx, call.tenant, id, std::move(ask));
  co_return json_response(200, json::serialize(shown(webhook)));
}

Task<http::Response> delete_webhook(Parts parts, Call call) {
  const auto id = call.path.at("webhook");
  co_await parts->events.remove(call.ctx, call.tenant, id);
  co_return done(200);
}

Task<http::Response> list_dead_letters(Parts parts, Call call) {
  const auto id = call.path.at("webhook");
  const auto scope = fmt::format("dead letters {} {}", call.tenant.text(), id);
  const auto after = read_after(call.request, scope);
  const auto found = co_await parts->events.dead_letters(call.ctx, call.tenant, id, after, kPage);
  json::array all;
  for (const auto& letter : found) {
    auto one = shown(letter.event);
    one["error"] = letter.error;
    one["attempts"] = letter.attempts;
    all.push_back(std::move(one));
  }
  json::object body{{"events", std::move(all)}};
  if (found.size() == kPage)
    body["continuation_token"] = make_token(scope, std::to_string(found.back().event.sequence));
  co_return json_response(200, json::serialize(body));
}

Task<http::Response> replay_events(Parts parts, Call call) {
  const auto text = co_await body_text(call.request, kMaxJsonBody);
  const auto ask = read_replay(text);
  const auto id = call.path.at("webhook");
  const auto count = co_await parts->events.replay(call.ctx, call.tenant, id, ask);
  co_return json_response(202, json::serialize(json::object{{"events", count}}));
}

}  // namespace

std::vector<ManagementRoute> event_routes() {
  using http::Method;
  const std::string all = "/tenants/{tenant}/webhooks";
  const auto one = all + "/{webhook}";
  return {{Method::get, "/tenants/{tenant}/events", "list_events", Guard::tenant, "events:list", list_events},
          {Method::get, all, "list_webhooks", Guard::tenant, "webhooks:list", list_webhooks},
          showing_secret({Method::post, all, "add_webhook", Guard::tenant, "webhooks:create", add_webhook}),
          {Method::get, one, "get_webhook", Guard::tenant, "webhooks:get", get_webhook},
          {Method::put, one, "change_webhook", Guard::tenant, "webhooks:update", change_webhook},
          {Method::del, one, "delete_webhook", Guard::tenant, "webhooks:delete", delete_webhook},
          {Method::get, one + "/dead-letters", "list_dead_letters", Guard::tenant, "webhooks:get", list_dead_letters},
          {Method::post, one + "/replay", "replay_events", Guard::tenant, "webhooks:replay", replay_events}};
}

}  // namespace calotype::api
