#include "access/claims.h"

#include <boost/json.hpp>

#include "access/strict_json.h"
#include "core/wildcard.h"

namespace calotype::access {

namespace {

namespace json = boost::json;

/// A rule may be 12 deep (rules/language.h), within `metadata.rule`.
constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxTokenId = 256;

bool read_number(const json::object& all, std::string_view name, std::optional<double>& into) {
  const auto* value = all.if_contains(name);
  if (value == nullptr) return true;
  if (!value->is_number()) return false;
  into = value->to_number<double>();
  return true;
}

bool read_text(const json::object& all, std::string_view name, std::optional<std::string>& into) {
  const auto* value = all.if_contains(name);
  if (value == nullptr) return true;
  if (!value->is_string()) return false;
  into = std::string(value->get_string());
  return true;
}

/// One text, or a list of them (RFC 7519, 4.1.3).
bool read_audience(const json::object& all, std::optional<std::vector<std::string>>& into) {
  const auto* value = all.if_contains("aud");
  if (value == nullptr) return true;
  into.emplace();
  if (const auto* one = value->if_string()) {
    into->emplace_back(*one);
    return true;
  }
  const auto* list = value->if_array();
  if (list == nullptr) return false;
  for (const auto& entry : *list) {
    if (!entry.is_string()) return false;
    into->emplace_back(entry.get_string());
  }
  return true;
}

bool is_in_time(const Claims& claims, Surface surface, double now, const AccessOptions& options) {
  const auto window = static_cast<double>(options.iat_window.count());
  const auto skew = static_cast<double>(options.skew.count());
  if (claims.expires_at && now >= *claims.expires_at + skew) return false;
  if (claims.not_before && now < *claims.not_before - skew) return false;
  if (!claims.issued_at) return surface == Surface::fetch;
  if (*claims.issued_at > now + window) return false;
  return surface == Surface::fetch || *claims.issued_at >= now - window;  // URLs of pictures live long
}

bool is_for_request(std::string_view request, const Target& target, Surface surface) {
  const auto slash = request.find('\\');
  if (slash == std::string_view::npos) return false;
  const auto method = request.substr(0, slash);
  const auto path = request.substr(slash + 1);
  if (surface == Surface::management) return method == target.method && path == target.path;
  // Who may have the body may have its head.
  const bool is_method = method == target.method || (method == "GET" && target.method == "HEAD");
  return is_method && matches_wildcard(path, target.path);
}

bool is_ours(const Claims& claims, const AccessKey& key, const AccessOptions& options) {
  if (claims.audience &&
      std::find(claims.audience->begin(), claims.audience->end(), options.audience) == claims.audience->end()) {
    return false;
  }
  if (claims.issuer && *claims.issuer != key.tenant.text() && *claims.issuer != key.id.text()) return false;
  return !claims.subject || *claims.subject == key.tenant.text();
}

}  // namespace

std::optional<Claims> read_claims(std::string_view payload) {
  if (!is_strict_json(payload, kMaxDepth)) return std::nullopt;
  const auto parsed = json::parse(payload);
  const auto* all = parsed.if_object();
  if (all == nullptr) return std::nullopt;

  Claims claims;
  std::optional<std::string> request;
  const bool is_typed = read_text(*all, "rqs", request) && read_number(*all, "iat", claims.issued_at) &&
                        read_number(*all, "exp", claims.expires_at) && read_number(*all, "nbf", claims.not_before) &&
                        read_text(*all, "iss", claims.issuer) && read_text(*all, "sub", claims.subject) &&
                        read_text(*all, "jti", claims.token_id) && read_audience(*all, claims.audience);
  if (!is_typed || !request) return std::nullopt;
  if (claims.token_id && (claims.token_id->empty() || claims.token_id->size() > kMaxTokenId)) return std::nullopt;
  claims.request = std::move(*request);
  if (const auto* metadata = all->if_contains("metadata")) {
    if (!metadata->is_object()) return std::nullopt;
    claims.metadata = json::serialize(*metadata);
  }
  return claims;
}

bool are_for(const Claims& claims, const Target& target, Surface surface, WallTime now, const AccessKey& key,
             const AccessOptions& options) {
  const std::chrono::duration<double> seconds = now.time_since_epoch();
  return is_in_time(claims, surface, seconds.count(), options) && is_for_request(claims.request, target, surface) &&
         is_ours(claims, key, options);
}

}  // namespace calotype::access
