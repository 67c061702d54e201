#include "access/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "access/access.h"
#include "core/encoding.h"
#include "core/error.h"

namespace calotype::access {

namespace {

constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kEnd = "-----END PUBLIC KEY-----";
constexpr std::size_t kMaxText = 4096;
constexpr int kExponentBits = 17;  ///< of 65537
constexpr int kMaxExponentBits = 32;
constexpr std::size_t kEcBytes = 64;  ///< of a signature on P-256 or by Ed25519

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Bio = Owned<BIO, BIO_free_all>;
using Number = Owned<BIGNUM, BN_free>;

Error failed(const char* attempt) {
  ERR_clear_error();
  return Error(Fault::internal, fmt::format("{}: the crypto library failed", attempt));
}

std::string text_of(BIO* bio) {
  char* start = nullptr;
  const auto size = BIO_get_mem_data(bio, &start);
  return {start, static_cast<std::size_t>(size)};
}

/// The base64 between the lines, without white space. Empty when this is no public key's armour.
std::string bare_base64(std::string_view text) {
  if (const auto begin = text.find(kBegin); begin != std::string_view::npos) {
    const auto end = text.find(kEnd, begin);
    if (end == std::string_view::npos) return {};
    text = text.substr(begin + kBegin.size(), end - begin - kBegin.size());
  }
  std::string bare;
  for (const char c : text) {
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') bare += c;
  }
  return bare;
}

bool is_supported_size(int bits) { return bits == 2048 || bits == 3072 || bits == 4096; }

bool is_on_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

bool is_sound_rsa(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") != 1 || !is_supported_size(EVP_PKEY_get_bits(key))) return false;
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &raw) != 1) return false;
  const Number exponent(raw);
  const int bits = BN_num_bits(exponent.get());
  return BN_is_odd(exponent.get()) && bits >= kExponentBits && bits <= kMaxExponentBits;
}

bool is_sound(const EVP_PKEY* key) {
  return is_sound_rsa(key) || is_on_p256(key) || EVP_PKEY_is_a(key, "ED25519") == 1;
}

/// JWS has the two numbers side by side, OpenSSL wants them as DER. Empty when that is impossible.
std::string as_der(std::string_view signature) {
  const auto half = static_cast<int>(kEcBytes / 2);
  const auto* octets = reinterpret_cast<const unsigned char*>(signature.data());
  const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(ECDSA_SIG_new());
  Number r(BN_bin2bn(octets, half, nullptr));
  Number s(BN_bin2bn(octets + half, half, nullptr));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) throw failed("read a signature");
  static_cast<void>(r.release());  // the pair's now
  static_cast<void>(s.release());
  unsigned char* start = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &start);
  if (size <= 0) throw failed("read a signature");
  std::string der(reinterpret_cast<const char*>(start), static_cast<std::size_t>(size));
  OPENSSL_free(start);
  return der;
}

/// Null for EdDSA, which hashes by itself.
const EVP_MD* hash_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rs256: return EVP_sha256();
    case Algorithm::rs384: return EVP_sha384();
    case Algorithm::rs512: return EVP_sha512();
    case Algorithm::es256: return EVP_sha256();
    case Algorithm::eddsa: return nullptr;
  }
  std::abort();  // -Wswitch makes this unreachable
}

}  // namespace

std::optional<PublicKey> PublicKey::read(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  const auto der = decode_base64(bare_base64(text));
  if (!der || der->empty()) return std::nullopt;

  const auto* at = reinterpret_cast<const unsigned char*>(der->data());
  const auto* end = at + der->size();
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
  ERR_clear_error();
  if (!key || at != end || !is_sound(key.get())) return std::nullopt;
  return PublicKey(std::shared_ptr<EVP_PKEY>(key.release(), EVP_PKEY_free));
}

PublicKey PublicKey::decoy(int bits) {
  const Number modulus(BN_new());
  const Number exponent(BN_new());
  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  // Any odd number does: checking a signature only raises to the power, and no signature will match.
  if (!modulus || !exponent || !builder || BN_rand(modulus.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) != 1 ||
      BN_set_word(exponent.get(), 65537) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    throw failed("make a decoy key");
  }
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* made = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    throw failed("make a decoy key");
  }
  return PublicKey(std::shared_ptr<EVP_PKEY>(made, EVP_PKEY_free));
}

PublicKey PublicKey::decoy(Algorithm algorithm) {
  Key made(algorithm == Algorithm::es256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!made) throw failed("make a decoy key");
  return PublicKey(std::shared_ptr<EVP_PKEY>(made.release(), EVP_PKEY_free));
}

bool PublicKey::fits(Algorithm algorithm) const {
  switch (algorithm) {
    case Algorithm::rs256:
    case Algorithm::rs384:
    case Algorithm::rs512: return EVP_PKEY_is_a(key_.get(), "RSA") == 1;
    case Algorithm::es256: return EVP_PKEY_is_a(key_.get(), "EC") == 1;
    case Algorithm::eddsa: return EVP_PKEY_is_a(key_.get(), "ED25519") == 1;
  }
  std::abort();  // -Wswitch makes this unreachable
}

bool PublicKey::verifies(Algorithm algorithm, std::string_view text, std::string_view signature) const {
  if (!fits(algorithm) || signature.size() != signature_size()) return false;
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  if (!context) throw failed("check a signature");
  const auto* octets = reinterpret_cast<const unsigned char*>(text.data());
  const auto sent = algorithm == Algorithm::es256 ? as_der(signature) : std::string(signature);
  const auto* proof = reinterpret_cast<const unsigned char*>(sent.data());
  const bool is_good = EVP_DigestVerifyInit(context.get(), nullptr, hash_of(algorithm), nullptr, key_.get()) == 1 &&
                       EVP_DigestVerify(context.get(), proof, sent.size(), octets, text.size()) == 1;
  if (!is_good) ERR_clear_error();  // this thread's queue must not fill up
  return is_good;
}

std::size_t PublicKey::signature_size() const {
  return fits(Algorithm::rs256) ? static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())) : kEcBytes;
}

std::string PublicKey::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key_.get()) != 1) throw failed("write a public key");
  return text_of(bio.get());
}

KeyPair make_key_pair() {
  const Key key(EVP_RSA_gen(2048));
  const Bio secret(BIO_new(BIO_s_secmem()));
  const Bio open(BIO_new(BIO_s_mem()));
  if (!key || !secret || !open ||
      PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) {
    throw failed("make a key pair");
  }
  return {.private_pem = text_of(secret.get()), .public_pem = text_of(open.get())};
}

}  // namespace calotype::access
