#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace calotype {

/// A key pair for tests, of RSA 2048: made once for each name in a process. PEM.
struct TestKeys {
  std::string private_pem;
  std::string public_pem;
};
const TestKeys& test_keys(std::string_view name = "default");

/// RSASSA-PKCS1-v1_5 with "SHA256", "SHA384" or "SHA512".
std::string sign_rsa(const std::string& private_pem, const std::string& hash, std::string_view text);
/// RSASSA-PSS, as PS256, PS384, PS512 want it.
std::string sign_pss(const std::string& private_pem, const std::string& hash, std::string_view text);
std::string sign_hmac(std::string_view secret, const std::string& hash, std::string_view text);

/// A compact JWS over any header and payload, signed with the key whatever the header says (hash SHA512).
std::string make_jws(const std::string& private_pem, std::string_view header, std::string_view payload,
                     const std::string& hash = "SHA512");

/// A management token as a published client makes it: RS512, `iat`, `rqs` = METHOD\path, `metadata` (JSON).
std::string make_token(const std::string& private_pem, std::string_view method, std::string_view path, WallTime now,
                       std::string_view metadata = "{}");
/// A fetch token: no `iat`.
std::string make_fetch_token(const std::string& private_pem, std::string_view path, std::string_view metadata = "{}");

}  // namespace calotype
