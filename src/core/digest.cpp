#include "core/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "core/encoding.h"
#include "core/error.h"

namespace calotype {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using HashContext = std::unique_ptr<EVP_MD_CTX, FreeContext>;

HashContext start(const EVP_MD* algorithm) {
  HashContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1) {
    throw Error(Fault::internal, "start a hash: the crypto library failed");
  }
  return context;
}

}  // namespace

Digest Digest::of(std::span<const std::byte> bytes) {
  // The algorithm is looked up once and the context kept: together they cost more than hashing a few hundred bytes.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const HashContext context(EVP_MD_CTX_new());
  Digest digest;
  if (!context || EVP_DigestInit_ex(context.get(), sha256, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.octets.data(), nullptr) != 1) {
    throw Error(Fault::internal, "hash bytes: the crypto library failed");
  }
  return digest;
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest mac;
  unsigned int size = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.octets.data(), &size);
  if (made == nullptr || size != mac.octets.size())
    throw Error(Fault::internal, "make a MAC: the crypto library failed");
  return mac;
}

bool is_equal_in_constant_time(const Digest& a, const Digest& b) {
  return CRYPTO_memcmp(a.octets.data(), b.octets.data(), a.octets.size()) == 0;
}

std::string random_octets(std::size_t count) {
  std::string octets(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(octets.data()), static_cast<int>(count)) != 1) {
    throw Error(Fault::internal, "make random bytes: the generator failed");
  }
  return octets;
}

std::optional<Digest> Digest::parse(std::string_view hex) {
  const auto octets = decode_hex(hex);
  Digest digest;
  if (!octets || octets->size() != digest.octets.size()) return std::nullopt;
  std::copy(octets->begin(), octets->end(), digest.octets.begin());
  if (digest.hex() != hex) return std::nullopt;
  return digest;
}

std::string Digest::hex() const { return encode_hex(octets); }

struct Hasher::State {
  HashContext sha256 = start(EVP_sha256());
  HashContext md5 = start(EVP_md5());
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::add(std::span<const std::byte> bytes) {
  EVP_DigestUpdate(state_->sha256.get(), bytes.data(), bytes.size());
  EVP_DigestUpdate(state_->md5.get(), bytes.data(), bytes.size());
  count_ += bytes.size();
}

Hasher::Result Hasher::finish() {
  Result result;
  EVP_DigestFinal_ex(state_->sha256.get(), result.sha256.octets.data(), nullptr);
  EVP_DigestFinal_ex(state_->md5.get(), result.md5.data(), nullptr);
  return result;
}

}  // namespace calotype
