#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace calotype::access {

/// RS256, RS384, RS512 (RSASSA-PKCS1-v1_5) and ES256 (ECDSA, P-256) of RFC 7518, EdDSA (Ed25519) of RFC 8037.
enum class Algorithm { rs256, rs384, rs512, es256, eddsa };

/// A key that is ready to check signatures: RSA of 2048, 3072 or 4096 bits with an exponent of at least 65537, EC on
/// P-256, or Ed25519. Copying copies a pointer. Thread: any.
class PublicKey {
 public:
  /// A SubjectPublicKeyInfo as PEM, or as the base64 between its lines; nullopt for anything else.
  static std::optional<PublicKey> read(std::string_view text);
  /// A key to which nobody has the other half, for work that must look real. `bits`: of RSA, as above.
  static PublicKey decoy(int bits);
  /// The same of P-256 or Ed25519.
  static PublicKey decoy(Algorithm algorithm);

  /// Whether the algorithm is one of this type of key.
  bool fits(Algorithm algorithm) const;
  /// False for an algorithm that does not fit. Takes the library's time for a signature of the right length, whether it
  /// is good or not.
  bool verifies(Algorithm algorithm, std::string_view text, std::string_view signature) const;
  /// Of every signature: as JWS has it.
  std::size_t signature_size() const;
  std::string pem() const;

 private:
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace calotype::access
