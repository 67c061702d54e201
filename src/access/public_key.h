#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace calotype::access {

/// RSASSA-PKCS1-v1_5 with SHA-256, -384, -512: RS256, RS384, RS512 of RFC 7518.
enum class Algorithm { rs256, rs384, rs512 };

/// An RSA key that is ready to check signatures: of 2048, 3072 or 4096 bits, its exponent at least 65537. Copying
/// copies a pointer. Thread: any.
class PublicKey {
 public:
  /// A SubjectPublicKeyInfo as PEM, or as the base64 between its lines; nullopt for anything else.
  static std::optional<PublicKey> read(std::string_view text);
  /// A key to which nobody has the other half, for work that must look real. `bits` as above.
  static PublicKey decoy(int bits);

  /// Takes the library's time for a signature of the right length, whether it is good or not.
  bool verifies(Algorithm algorithm, std::string_view text, std::string_view signature) const;
  std::size_t signature_size() const;
  std::string pem() const;

 private:
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace calotype::access
