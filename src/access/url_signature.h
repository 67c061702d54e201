#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/digest.h"
#include "model/signing_key.h"

/// Signed URLs: "?exp=<epoch seconds>&kid=<signing key>&sig=<base64url>" on any URL of the fetch API.
namespace calotype::access {

/// What a signature covers, exactly as it was sent. HEAD goes by GET's signature.
struct SignedRequest {
  std::string host;   ///< the Host field, in lower case
  std::string path;   ///< percent-encoded, with "/api/v1"
  std::string query;  ///< without "?"
};

struct UrlSignature {
  SigningKeyId key;
  WallTime expires;
  Digest mac;
  std::string text;  ///< that was signed: "GET", host, path and the sorted query but for `sig`, each on a line
};

/// Whether the query has a `sig`: then it must be good, whatever else the request brings.
bool has_signature(std::string_view query);

/// nullopt where exp, kid or sig is missing, repeated or malformed. Never throws.
std::optional<UrlSignature> read_signature(const SignedRequest& request);

}  // namespace calotype::access
