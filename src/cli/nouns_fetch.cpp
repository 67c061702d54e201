// image, static: URLs for browsers, and what they give.
#include <charconv>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/object_files.h"
#include "core/encoding.h"
#include "core/error.h"
#include "core/id.h"
#include "http/url.h"
#include "rules/language.h"

namespace calotype::cli {

namespace {

using Kind = Word::Kind;
using Place = Word::Place;
namespace json = boost::json;

constexpr std::size_t kMostRule = 128 * 1024;
constexpr std::size_t kMostProblem = 64 * 1024;

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

/// Prints the URL, or fetches it where --out says to.
Task<> give(Session& session, Target target, Words words) {
  const auto url = url_of(session.profile(), target);
  if (!words.has("--out")) {
    session.out() << (session.as_json() ? json::serialize(json::object{{"url", url}}) : url) << "\n";
    co_return;
  }
  http::ClientRequest request{.url = url};
  if (words.has("--accept")) request.fields.set("Accept", words.get("--accept"));
  const Context ctx;
  auto response = co_await session.client().send(ctx, std::move(request));
  if (response.status() != 200) {
    const auto body = co_await response.read_all(kMostProblem);
    throw error_of("GET " + target.path, response.status(), response.fields(), body);
  }
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
                 out},
       .run = image_url},
      {.noun = "image",
       .verb = "sign",
       .doc = "a short URL that ends, signed with the profile's signing key",
       .words = {object,
                 {"--rule", "the stored rule's id or name"},
                 {"--param", "NAME=VALUE of a free parameter", Kind::list},
                 {"--static", "of the original", Kind::flag},
                 {"--expires-in", "seconds that it works; default 3600", Kind::number},
                 out},
       .run = signed_url},
      {.noun = "static",
       .verb = "url",
       .doc = "the URL of an original",
       .words = {object, is_private, expires, out},
       .run = static_url},
  };
}

}  // namespace calotype::cli
