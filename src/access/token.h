#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/public_key.h"

namespace calotype::access {

/// A compact JWS (RFC 7515) that is well formed. Nothing of it is proven.
struct Token {
  Algorithm algorithm = Algorithm::rs512;
  std::optional<std::string> key_id;  ///< the header's `kid`
  std::string signed_text;            ///< header "." payload, as they were sent
  std::string payload;                ///< decoded; not read yet
  std::string signature;
};

inline constexpr std::size_t kMaxTokenBytes = 8 * 1024;

/// nullopt unless the text is three segments of strict base64url whose header is strict JSON with an algorithm that we
/// know. Keys and addresses of keys in the header are not looked at. Never throws.
std::optional<Token> read_token(std::string_view text);

}  // namespace calotype::access
