// Throws any bytes at what is read before and after a signature is proven: nothing may throw, hang or crash.
#include <cstdint>

#include "access/claims.h"
#include "access/public_key.h"
#include "access/token.h"
#include "core/wildcard.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace calotype;
  using namespace calotype::access;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const auto token = read_token(text); token && token->signed_text.size() >= text.size()) std::abort();
  if (const auto claims = read_claims(text)) {
    are_for(*claims, {.method = "GET", .path = "/a"}, Surface::fetch, WallTime(), {}, {});
  }
  const auto half = size / 2;
  if (text.substr(0, half) == text.substr(half) && !matches_wildcard(text.substr(0, half), text.substr(half))) {
    std::abort();  // a text without stars names itself, and with stars too
  }
  PublicKey::read(text);
  return 0;
}
