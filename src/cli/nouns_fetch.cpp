// image, static: URLs for browsers, and what they give.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/object_files.h"
#include "core/encoding.h"
#include "core/error.h"
#include "core/id.h"
#include "http/message.h"
#include "http/url.h"
#include "rules/language.h"

namespace calotype::cli {

namespace {

using Kind = Word::Kind;
using Place = Word::Place;
namespace json = boost::json;

constexpr std::size_t kMostRule = 128 * 1024;
constexpr std::size_t kMostProblem = 64 * 1024;
/// Seconds that a job is waited for.
constexpr std::int64_t kWaits = 300;
/// Between two looks whether a job is done, whatever the service says.
constexpr Seconds kLongestPause{10};

struct Target {
  std::string path;  ///< without "/api/v1"
  std::vector<std::pair<std::string, std::string>> query;
};

/// By the bucket's alias where the profile names it so, else by the long path.
std::string fetch_path(const Profile& profile, const std::string& kind, const std::string& object) {
  const bool is_id = Uuid::parse(profile.bucket).has_value();
  const bool is_short = !profile.bucket.empty() && !is_id;
  const auto bucket = is_short ? "/" + encode_percent(profile.bucket) : bucket_path(profile);
  return bucket + "/" + kind + "/" + object_part(object);
}

std::string url_of(const Profile& profile, const Target& target) {
  auto url = profile.fetch_url;
  while (url.ends_with('/')) url.pop_back();
  url += "/api/v1" + target.path;
  if (!target.query.empty()) url += "?" + query_text(target.query);
  return url;
}

/// "--expires 3600": from now on.
std::optional<WallTime> expiry_of(const Words& words) {
  if (!words.has("--expires-in")) return std::nullopt;
  return SystemClock().now() + Seconds(words.number("--expires-in", 0, 1, 10LL * 365 * 86'400));
}

void sign(Session& session, Target& target, const json::object& metadata, const Words& words) {
  const auto expires = expiry_of(words);
  const auto token = session.signer().sign_fetch(target.path, json::serialize(metadata), expires ? &*expires : nullptr);
  target.query.emplace_back("AccessKeyId", session.signer().key_id());
  target.query.emplace_back("jwt", token);
}

/// Throws what is wrong with the rule, before a URL is made of it.
json::value read_rule(const std::string& path) {
  const auto text = read_input(path, kMostRule);
  const auto verdict = rules::check(text);
  if (verdict.document) return json::parse(text);
  std::vector<Problem> problems;
  for (const auto& finding : verdict.errors) problems.push_back({finding.pointer, finding.message, finding.hint});
  throw Error(Fault::unprocessable, fmt::format("read the rule {}: it is not valid", path), "invalid-rule", problems);
}

void add_parameters(Target& target, const Words& words) {
  for (const auto& word : words.all("--param")) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      throw Error(Fault::invalid, fmt::format("read --param {}: write NAME=VALUE", word));
    target.query.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
}

Seconds pause_of(const http::Fields& fields) {
  int seconds = 1;
  const auto text = fields.get("Retry-After");
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::clamp(Seconds(seconds), Seconds(1), kLongestPause);
}

/// What an address gives; where that is being made in the background (202), when it is made. Throws what it says
/// instead of a picture; timed_out where it is not made after `limit`.
Task<http::ClientResponse> fetch_made(Session& session, http::ClientRequest request, std::string path, Seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  bool has_told = false;
  for (;;) {
    const Context ctx;
    auto response = co_await session.client().send(ctx, request);
    if (response.status() == 200) co_return response;
    const auto body = co_await response.read_all(kMostProblem);
    if (response.status() != 202) throw error_of("GET " + path, response.status(), response.fields(), body);
    const auto again = std::chrono::steady_clock::now() + pause_of(response.fields());
    if (again > until) {
      throw Error(Fault::timed_out, fmt::format("GET {}: it is still being made after {} s; --wait gives it longer",
                                                path, limit.count()));
    }
    if (!has_told) session.err() << fmt::format("it is made in the background; waiting up to {} s\n", limit.count());
    has_told = true;
    co_await sleep_until(again);
  }
}

/// Prints the URL, or fetches it where --out says to.
Task<> give(Session& session, Target target, Words words) {
  const auto url = url_of(session.profile(), target);
  if (!words.has("--out")) {
    session.out() << (session.as_json() ? json::serialize(json::object{{"url", url}}) : url) << "\n";
    co_return;
  }
  http::ClientRequest request{.url = url};
  if (words.has("--accept")) request.fields.set("Accept", words.get("--accept"));
  const auto limit = Seconds(words.number("--wait", kWaits, 0, 86'400));
  auto response = co_await fetch_made(session, std::move(request), target.path, limit);
  auto file = words.get("--out");
  co_await save_response(response, std::move(file), nullptr);
}

Task<> image_url(Session& session, Words words) {
  const auto kind = words.has("--document") ? "documents" : "images";
  Target target{.path = fetch_path(session.profile(), kind, words.get("OBJECT")), .query = {}};
  if (words.has("--rule") && words.has("--dynamic"))
    throw Error(Fault::invalid, "make a URL: give --rule or --dynamic, not both");
  if (words.has("--rule")) target.query.emplace_back("rule", words.get("--rule"));
  if (words.has("--page")) target.query.emplace_back("page", words.get("--page"));
  add_parameters(target, words);
  json::object metadata;
  if (words.has("--dynamic")) metadata["rule"] = read_rule(words.get("--dynamic"));
  if (words.has("--dynamic") || words.has("--private")) sign(session, target, metadata, words);
  co_await give(session, std::move(target), std::move(words));
}

/// What a browser asks for, as the management API is asked about it: the bucket of the profile's domain, the object,
/// and the query without what only proves that it may be asked for. Throws invalid for another address.
Target asked_by(const Profile& profile, const std::string& address) {
  const auto url = http::parse_url(address);
  const auto mark = url.target.find('?');
  auto path = url.target.substr(0, mark);
  const std::string prefix = "/api/v1/";
  const auto bucket_end = path.find('/', prefix.size());
  const auto kind_end = bucket_end == std::string::npos ? bucket_end : path.find('/', bucket_end + 1);
  const auto kind = kind_end == std::string::npos ? "" : path.substr(bucket_end + 1, kind_end - bucket_end - 1);
  if (!path.starts_with(prefix) || (kind != "images" && kind != "documents")) {
    throw Error(Fault::invalid, fmt::format("explain {}: an address looks like "
                                            "http://host/api/v1/<bucket>/images/<object>?rule=<rule>",
                                            address));
  }
  auto place = profile;
  place.bucket = decode_percent(path.substr(prefix.size(), bucket_end - prefix.size())).value_or("");
  Target target{.path = bucket_path(place) + "/explain/" + path.substr(kind_end + 1), .query = {}};
  if (mark == std::string::npos) return target;
  const http::Request asked{.query = url.target.substr(mark + 1)};
  for (auto& pair : asked.parameters()) {
    const bool is_proof = pair.first == "jwt" || pair.first == "AccessKeyId" || pair.first == "exp" ||
                          pair.first == "kid" || pair.first == "sig";
    if (!is_proof) target.query.push_back(std::move(pair));
  }
  return target;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

/// For people: what comes out first, then how, then what it is called.
void print_explanation(std::ostream& out, const json::object& told) {
  const auto& object = told.at("object").as_object();
  const auto& rule = told.at("rule").as_object();
  const auto& format = told.at("format").as_object();
  const auto& cache = told.at("cache").as_object();
  const auto line = [&](std::string_view name, const std::string& text) {
    out << fmt::format("{:<10} {}\n", name, text);
  };
  std::string original = text_of(object.at("object_id"));
  if (const auto* kind = object.if_contains("format")) {
    original += fmt::format(": {} {}x{}", text_of(*kind), text_of(object.at("width")), text_of(object.at("height")));
    if (text_of(object.at("frames")) != "1") original += fmt::format(", {} frames", text_of(object.at("frames")));
  }
  line("original", original);
  const auto* name = rule.if_contains("name");
  if (name != nullptr) line("rule", text_of(*name) + "@" + text_of(rule.at("revision")));
  line("means", text_of(rule.at("canonical")));
  line("format", text_of(format.at("chosen")) + ": " + text_of(format.at("because")));
  if (const auto* result = told.if_contains("result")) {
    line("result", text_of(result->at("width")) + "x" + text_of(result->at("height")));
  }
  if (const auto* refusal = told.if_contains("refusal")) {
    line("refused", text_of(refusal->at("code")) + ": " + text_of(refusal->at("detail")));
  }
  if (const auto* pipeline = told.if_contains("pipeline")) {
    for (const auto& step : pipeline->as_array()) line("", text_of(step));
  }
  const auto* background = told.if_contains("background");
  if (background != nullptr && *background == json::value(true)) line("made", "in the background: 202 with a job");
  if (!cache.at("vary").is_null()) line("varies by", text_of(cache.at("vary")));
  line("kept in", cache.at("kept_in").is_null() ? "nothing yet" : text_of(cache.at("kept_in")));
  line("key", text_of(cache.at("key")));
  for (const auto& one : cache.at("stand_ins").as_array()) {
    line("else", text_of(one.at("kind")) + " " + text_of(one.at("key")));
  }
}

Task<> explain_image(Session& session, Words words) {
  const auto what = words.get("OBJECT");
  const bool is_address = what.starts_with("http://") || what.starts_with("https://");
  Target target = is_address
                      ? asked_by(session.profile(), what)
                      : Target{.path = bucket_path(session.profile()) + "/explain/" + object_part(what), .query = {}};
  if (words.has("--rule")) target.query.emplace_back("rule", words.get("--rule"));
  if (words.has("--page")) target.query.emplace_back("page", words.get("--page"));
  if (words.has("--accept")) target.query.emplace_back("accept", words.get("--accept"));
  if (words.has("--save-data")) target.query.emplace_back("save-data", "on");
  for (const std::string hint : {"dpr", "width", "viewport-width"}) {
    if (words.has("--" + hint)) target.query.emplace_back("ch-" + hint, words.get("--" + hint));
  }
  add_parameters(target, words);
  Ask ask{.path = std::move(target.path), .query = std::move(target.query)};
  const auto reply = co_await session.call(std::move(ask));
  if (session.as_json()) {
    session.out() << reply.body << "\n";
  } else {
    print_explanation(session.out(), json::parse(reply.body).as_object());
  }
}

Task<> static_url(Session& session, Words words) {
  Target target{.path = fetch_path(session.profile(), "statics", words.get("OBJECT")), .query = {}};
  if (words.has("--private")) sign(session, target, {}, words);
  co_await give(session, std::move(target), std::move(words));
}

/// What of the fetch URL's query is signed: all of it, sorted, as it is sent.
std::string sorted_query(std::vector<std::pair<std::string, std::string>> query) {
  std::vector<std::string> pairs;
  for (const auto& one : query) pairs.push_back(query_text({one}));
  std::sort(pairs.begin(), pairs.end());
  std::string text;
  for (const auto& pair : pairs) text += (text.empty() ? "" : "&") + pair;
  return text;
}

/// A short URL for browsers: no token, but a MAC of the host, the path and the whole query, with an end.
Task<> signed_url(Session& session, Words words) {
  const auto& profile = session.profile();
  if (profile.signing_key_id.empty() || profile.signing_secret.empty())
    throw Error(Fault::invalid, "sign a URL: the profile has no signing_key_id and signing_secret");
  const auto kind = words.has("--static") ? "statics" : "images";
  Target target{.path = fetch_path(profile, kind, words.get("OBJECT")), .query = {}};
  if (words.has("--rule")) target.query.emplace_back("rule", words.get("--rule"));
  add_parameters(target, words);
  const auto seconds = words.number("--expires-in", 3600, 1, 10LL * 365 * 86'400);
  const auto until = std::chrono::floor<Seconds>(SystemClock().now().time_since_epoch()).count() + seconds;
  target.query.emplace_back("exp", std::to_string(until));
  target.query.emplace_back("kid", profile.signing_key_id);
  const auto url = http::parse_url(url_of(profile, target));
  const auto path = url.target.substr(0, url.target.find('?'));
  const auto text = "GET\n" + url.authority() + "\n" + path + "\n" + sorted_query(target.query);
  target.query.emplace_back("sig", mac_of(profile.signing_secret, text));
  co_await give(session, std::move(target), std::move(words));
}

}  // namespace

std::vector<Command> fetch_commands() {
  const Word object{"OBJECT", "the object's name", Kind::text, Place::none, "", true};
  const Word is_private{"--private", "sign it, for a private bucket", Kind::flag};
  const Word expires{"--expires-in", "seconds that a signed URL works; default: for ever", Kind::number};
  const Word out{"--out", "fetch it into this file instead of printing it; - for standard output"};
  const Word wait{"--wait", "seconds for what is made in the background, with --out; default 300", Kind::number};
  return {
      {.noun = "image",
       .verb = "url",
       .doc = "the URL of a rendition",
       .words = {object,
                 {"--rule", "the stored rule's id or name"},
                 {"--dynamic", "a rule's file, signed into the URL; - for standard input"},
                 {"--param", "NAME=VALUE of a free parameter", Kind::list},
                 {"--document", "of a document", Kind::flag},
                 {"--page", "of a document", Kind::number},
                 is_private,
                 expires,
                 {"--accept", "as a browser would send it, with --out"},
                 out,
                 wait},
       .run = image_url},
      {.noun = "image",
       .verb = "sign",
       .doc = "a short URL that ends, signed with the profile's signing key",
       .words = {object,
                 {"--rule", "the stored rule's id or name"},
                 {"--param", "NAME=VALUE of a free parameter", Kind::list},
                 {"--static", "of the original", Kind::flag},
                 {"--expires-in", "seconds that it works; default 3600", Kind::number},
                 out,
                 wait},
       .run = signed_url},
      {.noun = "image",
       .verb = "explain",
       .doc = "what a rendition would be, by which steps, and where it is kept; nothing is made",
       .words = {{"OBJECT", "the object's name, or a whole fetch URL", Kind::text, Place::none, "", true},
                 {"--rule", "the stored rule's id or name"},
                 {"--param", "NAME=VALUE of a free parameter", Kind::list},
                 {"--page", "of a document", Kind::number},
                 {"--accept", "as a browser would send it: image/avif,image/webp"},
                 {"--save-data", "as if the browser said Save-Data: on", Kind::flag},
                 {"--dpr", "as if the browser said Sec-CH-DPR"},
                 {"--width", "as if the browser said Sec-CH-Width"},
                 {"--viewport-width", "as if the browser said Sec-CH-Viewport-Width"}},
       .run = explain_image},
      {.noun = "static",
       .verb = "url",
       .doc = "the URL of an original",
       .words = {object, is_private, expires, out},
       .run = static_url},
  };
}

}  // namespace calotype::cli
