#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"

namespace calotype::access {

/// What a token says, once its signature is proven. Times are seconds since 1970.
struct Claims {
  std::string request;  ///< `rqs`
  std::optional<double> issued_at;
  std::optional<double> expires_at;
  std::optional<double> not_before;
  std::optional<std::vector<std::string>> audience;
  std::optional<std::string> issuer;
  std::optional<std::string> subject;
  std::optional<std::string> token_id;  ///< `jti`
  std::string metadata = "{}";          ///< JSON, an object
};

/// nullopt unless the text is strict JSON in which every claim that we know has its type. Never throws.
std::optional<Claims> read_claims(std::string_view payload);

/// Whether the claims are for this request, at this time, by this key.
bool are_for(const Claims& claims, const Target& target, Surface surface, WallTime now, const AccessKey& key,
             const AccessOptions& options);

}  // namespace calotype::access
