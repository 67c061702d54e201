#include "access/token.h"

#include <boost/json.hpp>

#include "access/strict_json.h"
#include "core/encoding.h"

namespace calotype::access {

namespace {

namespace json = boost::json;

constexpr std::size_t kMaxHeaderDepth = 8;
constexpr std::size_t kMaxKeyId = 64;

struct Segments {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
};

std::optional<Segments> split(std::string_view text) {
  const auto first = text.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  Segments segments{.header = text.substr(0, first),
                    .payload = text.substr(first + 1, second - first - 1),
                    .signature = text.substr(second + 1)};
  if (segments.header.empty() || segments.payload.empty() || segments.signature.empty()) return std::nullopt;
  return segments;
}

std::optional<Algorithm> algorithm_named(std::string_view name) {
  if (name == "RS256") return Algorithm::rs256;
  if (name == "RS384") return Algorithm::rs384;
  if (name == "RS512") return Algorithm::rs512;
  if (name == "ES256") return Algorithm::es256;
  if (name == "EdDSA") return Algorithm::eddsa;
  return std::nullopt;
}

bool is_jwt_type(const json::value* type) {
  if (type == nullptr) return true;
  if (!type->is_string()) return false;
  const auto& name = type->get_string();
  return name == "JWT" || name == "jwt";
}

}  // namespace

std::optional<Token> read_token(std::string_view text) {
  if (text.size() > kMaxTokenBytes) return std::nullopt;
  const auto segments = split(text);
  if (!segments) return std::nullopt;
  const auto header_text = decode_base64url(segments->header);
  auto payload = decode_base64url(segments->payload);
  auto signature = decode_base64url(segments->signature);
  if (!header_text || !payload || !signature || !is_strict_json(*header_text, kMaxHeaderDepth)) return std::nullopt;

  const auto parsed = json::parse(*header_text);
  const auto* header = parsed.if_object();
  // `crit` names what must be understood (RFC 7515, 4.1.11); nothing that it may name is.
  if (header == nullptr || header->contains("crit") || !is_jwt_type(header->if_contains("typ"))) return std::nullopt;
  const auto* name = header->if_contains("alg");
  if (name == nullptr || !name->is_string()) return std::nullopt;
  const auto algorithm = algorithm_named(name->get_string());
  if (!algorithm) return std::nullopt;

  Token token{.algorithm = *algorithm,
              .key_id = std::nullopt,
              .signed_text = std::string(text.substr(0, text.rfind('.'))),
              .payload = std::move(*payload),
              .signature = std::move(*signature)};
  if (const auto* key_id = header->if_contains("kid")) {
    if (!key_id->is_string() || key_id->get_string().size() > kMaxKeyId) return std::nullopt;
    token.key_id = std::string(key_id->get_string());
  }
  return token;
}

}  // namespace calotype::access
