#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "rules/checks.h"

/// Of `policy`, and the names in maps.
namespace calotype::rules::checks {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

constexpr std::array<std::string_view, 6> kSafe{
    "content-language", "cross-origin-resource-policy", "link", "permissions-policy",
    "referrer-policy",  "timing-allow-origin"};
/// The service's own, and those by which an application tells the server in front what to do.
constexpr std::array<std::string_view, 11> kTaken{
    "x-accel-",     "x-access-",   "x-calotype-", "x-content-type-options",
    "x-forwarded-", "x-lighttpd-", "x-object-",   "x-original-",
    "x-request-id", "x-reproxy-",  "x-sendfile"};

bool is_safe(std::string_view name) {
  if (std::ranges::find(kSafe, name) != kSafe.end()) return true;
  if (!name.starts_with("x-") || name.size() < 3) return false;
  return std::ranges::none_of(kTaken, [&](std::string_view taken) { return name.starts_with(taken); });
}

bool is_header_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'; }

}  // namespace

void parameter_name(std::string_view name, const Site& site) {
  if (!is_parameter_name(name)) {
    site.report.error(site.pointer, code::kBadFormat,
                      fmt::format("\"{}\" is no name of a parameter: a small letter, then at most 15 of a-z, 0-9 and _",
                                  excerpt(name)));
  }
  if (name == "rule" || name == "jwt" || name == "exp" || name == "kid" || name == "sig") {
    site.report.error(site.pointer, code::kConflict, fmt::format("\"{}\" has its own meaning in a URL", excerpt(name)));
  }
}

void header_name(std::string_view name, const Site& site) {
  const bool is_name = !name.empty() && name.size() <= 64 && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
                       std::ranges::all_of(name, is_header_char);
  if (!is_name) {
    site.report.error(
        site.pointer, code::kBadFormat,
        fmt::format("\"{}\" is no name of a field: a letter, then at most 63 of letters, digits and -", excerpt(name)));
  } else if (!is_safe(lower(name))) {
    site.report.error(site.pointer, code::kConflict, fmt::format("a rule may not set the field \"{}\"", name),
                      "names that begin with X- are free");
  }
}

void headers(const Value& map, const Site& site) {
  std::set<std::string> seen;
  for (const auto& [name, value] : *map.object()) {
    if (seen.insert(lower(name)).second) continue;
    site.report.error(child(site.pointer, name), code::kConflict,
                      fmt::format("the field \"{}\" is given more than once", name));
  }
}

void on_error(const Value& body, const Site& site) {
  const auto* mode = body.find("mode");
  const bool is_placeholder = mode != nullptr && *mode == Value("placeholder");
  for (const std::string_view key : {"image", "status"}) {
    if (is_placeholder || body.find(key) == nullptr) continue;
    site.report.warning(child(site.pointer, key), code::kNoEffect,
                        fmt::format("\"{}\" belongs to the mode \"placeholder\"", key));
  }
  const bool is_shown = mode != nullptr && *mode != Value("fail");
  if (!is_shown && body.find("maxAge") != nullptr) {
    site.report.warning(child(site.pointer, "maxAge"), code::kNoEffect,
                        "belongs to the modes \"original\", \"placeholder\" and \"lastGood\"");
  }
}

void policy(const Value& body, const Site& site) {
  const auto* async = body.find("async");
  const auto* cache = body.find("cache");
  const auto* store = cache != nullptr ? cache->find("store") : nullptr;
  if (async == nullptr || *async != Value("always") || store == nullptr || *store != Value("never")) return;
  site.report.warning(child(site.pointer, "async"), code::kNoEffect,
                      "what is made in the background must be kept, and cache.store is \"never\"");
}

}  // namespace calotype::rules::checks
