#include "cli/signer.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/error.h"

namespace calotype::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t kHalf = 32;  ///< of an ES256 signature

[[noreturn]] void refuse(const char* why) {
  ERR_clear_error();
  throw Error(Fault::invalid, std::string("read the private key: ") + why);
}

const char* algorithm_of(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA: return "RS512";
    case EVP_PKEY_EC: return EVP_PKEY_get_bits(key) == 256 ? "ES256" : nullptr;
    case EVP_PKEY_ED25519: return "EdDSA";
    default: return nullptr;
  }
}

const EVP_MD* hash_of(std::string_view algorithm) {
  if (algorithm == "RS512") return EVP_sha512();
  return algorithm == "ES256" ? EVP_sha256() : nullptr;
}

/// OpenSSL's DER becomes the two numbers of RFC 7518, section 3.4.
std::string raw_ecdsa(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> both(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
  std::string raw(2 * kHalf, '\0');
  auto* into = reinterpret_cast<unsigned char*>(raw.data());
  if (!both || BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), into, kHalf) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), into + kHalf, kHalf) < 0)
    throw Error(Fault::internal, "sign a request: the crypto library failed");
  return raw;
}

double seconds_of(WallTime when) { return static_cast<double>(when.time_since_epoch().count() / 1000); }

}  // namespace

std::string mac_of(std::string_view secret, std::string_view text) {
  const auto key = decode_base64url(secret);
  if (!key) throw Error(Fault::invalid, "read the signing secret: it is not base64url");
  return encode_base64url(hmac(*key, text).text());
}

std::string bare_key(std::string_view pem) {
  std::string bare;
  for (auto rest = pem; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with("-----")) continue;
    for (const char c : line) {
      if (c != '\r' && c != ' ' && c != '\t') bare += c;
    }
  }
  return bare;
}

Signer Signer::read(std::string_view private_key, std::string key_id) {
  std::string pem(private_key);
  if (pem.find("-----BEGIN") == std::string::npos) {
    const auto octets = decode_base64(bare_key(private_key));
    if (!octets) refuse("it is neither PEM nor base64");
    pem = "-----BEGIN PRIVATE KEY-----\n";
    const auto body = encode_base64(*octets);
    for (std::size_t at = 0; at < body.size(); at += 64) pem += body.substr(at, 64) + "\n";
    pem += "-----END PRIVATE KEY-----\n";
  }
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                       BIO_free);
  // An empty passphrase, so that nothing asks for one at the terminal.
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, const_cast<char*>("")),
                                EVP_PKEY_free);
  if (!key) refuse("it cannot be read, or it has a passphrase");
  if (algorithm_of(key.get()) == nullptr) refuse("it is not RSA, EC P-256 or Ed25519");
  return {std::move(key), std::move(key_id)};
}

std::string Signer::sign(const std::string& payload) const {
  const std::string algorithm = algorithm_of(key_.get());
  const auto text =
      encode_base64url(json::serialize(json::object{{"alg", algorithm}, {"typ", "JWT"}, {"kid", key_id_}})) + "." +
      encode_base64url(payload);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const auto* octets = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  bool is_good = EVP_DigestSignInit(context.get(), nullptr, hash_of(algorithm), nullptr, key_.get()) == 1 &&
                 EVP_DigestSign(context.get(), nullptr, &size, octets, text.size()) == 1;
  std::string signature(size, '\0');
  is_good = is_good && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets,
                                      text.size()) == 1;
  if (!is_good) throw Error(Fault::internal, "sign a request: the crypto library failed");
  signature.resize(size);
  if (algorithm == "ES256") signature = raw_ecdsa(signature);
  return text + "." + encode_base64url(signature);
}

std::string Signer::sign_call(std::string_view method, std::string_view path, std::string_view metadata,
                              WallTime now) const {
  const json::object payload{{"iat", static_cast<std::int64_t>(seconds_of(now))},
                             {"rqs", std::string(method) + "\\" + std::string(path)},
                             {"metadata", json::parse({metadata.data(), metadata.size()})}};
  return sign(json::serialize(payload));
}

std::string Signer::sign_fetch(std::string_view path, std::string_view metadata, const WallTime* expires) const {
  json::object payload{{"rqs", "GET\\" + std::string(path)},
                       {"metadata", json::parse({metadata.data(), metadata.size()})}};
  if (expires != nullptr) payload["exp"] = static_cast<std::int64_t>(seconds_of(*expires));
  return sign(json::serialize(payload));
}

}  // namespace calotype::cli
