#include "cli/session.h"

#include <charconv>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/files.h"
#include "core/encoding.h"
#include "core/error.h"

namespace calotype::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostReply = 64 << 20;
constexpr std::size_t kMostKey = 64 * 1024;
constexpr int kTries = 4;
constexpr int kLongestPause = 10;

Fault fault_of(int status) {
  switch (status) {
    case 400: return Fault::invalid;
    case 401: return Fault::unauthenticated;
    case 403: return Fault::denied;
    case 404:
    case 405:  // what the service does not offer
    case 410: return Fault::missing;
    case 409:
    case 412: return Fault::conflict;
    case 413: return Fault::too_large;
    case 415: return Fault::unsupported;
    case 429: return Fault::throttled;
    case 504: return Fault::timed_out;
    case 507: return Fault::full;
    default: return status < 500 ? Fault::unprocessable : Fault::unavailable;
  }
}

std::string text_at(const json::object& document, std::string_view name) {
  const auto* value = document.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::vector<Problem> places_of(const json::object& document) {
  std::vector<Problem> places;
  const auto* errors = document.if_contains("errors");
  if (errors == nullptr || !errors->is_array()) return places;
  for (const auto& one : errors->as_array()) {
    if (!one.is_object()) continue;
    places.push_back({.pointer = text_at(one.as_object(), "pointer"),
                      .detail = text_at(one.as_object(), "detail"),
                      .hint = text_at(one.as_object(), "hint")});
  }
  return places;
}

Seconds pause_of(const http::Fields& fields) {
  int seconds = 1;
  const auto text = fields.get("Retry-After");
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return Seconds(std::clamp(seconds, 1, kLongestPause));
}

const std::string& need(const std::string& value, const char* what, const char* flag) {
  if (!value.empty()) return value;
  throw Error(Fault::invalid, fmt::format("find the {}: name it with {}, or in the profile", what, flag));
}

http::ClientOptions options_of(const Profile& profile) {
  http::ClientOptions options;
  options.extra_ca_file = profile.ca_file;
  options.stall_wait = Milliseconds(60'000);
  options.answer_wait = Milliseconds(120'000);
  return options;
}

}  // namespace

Error error_of(const std::string& what, int status, const http::Fields& fields, const std::string& body) {
  boost::system::error_code error;
  const auto parsed = json::parse(body, error);
  const auto document = !error && parsed.is_object() ? parsed.as_object() : json::object();
  auto detail = text_at(document, "detail");
  if (detail.empty()) detail = "the service gives no reason";
  auto id = text_at(document, "request_id");
  if (id.empty()) id = fields.get("X-Request-Id");
  auto message = fmt::format("{}: {} {}", what, status, detail);
  if (!id.empty()) message += fmt::format(" (request {})", id);
  auto code = text_at(document, "code");
  if (code.empty()) code = fmt::format("http-{}", status);
  return Error(fault_of(status), message, code, places_of(document));
}

std::string query_text(const std::vector<std::pair<std::string, std::string>>& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    if (!text.empty()) text += "&";
    text += encode_percent(name) + "=" + encode_percent(value);
  }
  return text;
}

std::string tenant_path(const Profile& profile) {
  return "/tenants/" + encode_percent(need(profile.tenant, "tenant", "--tenant"));
}
std::string domain_path(const Profile& profile) {
  return tenant_path(profile) + "/domains/" + encode_percent(need(profile.domain, "domain", "--domain"));
}
std::string bucket_path(const Profile& profile) {
  return domain_path(profile) + "/buckets/" + encode_percent(need(profile.bucket, "bucket", "--bucket"));
}
std::string object_part(const std::string& name) { return encode_percent(name, "/"); }

Session::Session(Profile profile, std::ostream& out, std::ostream& err, bool as_json)
    : profile_(std::move(profile)), out_(out), err_(err), as_json_(as_json), client_(options_of(profile_)) {}

const Signer& Session::signer() {
  if (signer_) return *signer_;
  const auto& id = need(profile_.access_key_id, "access key", "--access-key-id");
  auto key = profile_.private_key;
  if (key.empty()) key = read_input(need(profile_.private_key_file, "private key", "--private-key-file"), kMostKey);
  signer_ = Signer::read(key, id);
  return *signer_;
}

http::ClientRequest Session::request_of(const Ask& ask) {
  http::ClientRequest request{
      .method = ask.method, .url = profile_.url, .fields = ask.fields, .body = ask.body, .stream = ask.stream};
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url += "/api/v1" + ask.path;
  if (!ask.query.empty()) request.url += "?" + query_text(ask.query);
  if (ask.is_signed) {
    const auto now = SystemClock().now();
    const auto token = signer().sign_call(http::name_of(ask.method), ask.path, ask.metadata, now);
    // In fields, not in the query: no log on the way keeps them.
    request.fields.set("Authorization", "Bearer " + token);
    request.fields.set("X-Access-Key-Id", signer().key_id());
  }
  return request;
}

Task<http::ClientResponse> Session::open(Ask ask) {
  const auto what = fmt::format("{} {}", http::name_of(ask.method), ask.path);
  for (int tries = 1;; ++tries) {
    auto request = request_of(ask);
    const Context ctx;
    auto response = co_await client_.send(ctx, std::move(request));
    const auto status = response.status();
    if (status < 400) co_return response;
    const auto body = co_await response.read_all(kMostReply);
    const bool is_busy = status == 429 || status == 503;
    if (!is_busy || tries == kTries || (ask.stream && !ask.stream->rewind()))
      throw error_of(what, status, response.fields(), body);
    const auto until = std::chrono::steady_clock::now() + pause_of(response.fields());
    co_await sleep_until(until);
  }
}

Task<Reply> Session::call(Ask ask) {
  auto response = co_await open(std::move(ask));
  auto body = co_await response.read_all(kMostReply);
  co_return Reply{.status = response.status(), .fields = response.fields(), .body = std::move(body)};
}

}  // namespace calotype::cli
