#include "support/token.h"

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/encoding.h"

namespace calotype {

namespace {

void require(bool is_done) {
  if (!is_done) throw std::runtime_error("use the crypto library: it failed");
}

std::shared_ptr<EVP_PKEY> read_private(const std::string& pem) {
  const std::shared_ptr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  require(key != nullptr);
  return key;
}

std::string sign(const std::string& private_pem, const std::string& hash, std::string_view text, bool is_pss) {
  const auto key = read_private(private_pem);
  const std::shared_ptr<EVP_MD_CTX> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  require(EVP_DigestSignInit(context.get(), &options, EVP_get_digestbyname(hash.c_str()), nullptr, key.get()) == 1);
  if (is_pss) {
    require(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
    require(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  const auto* octets = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  require(EVP_DigestSign(context.get(), nullptr, &size, octets, text.size()) == 1);
  std::string signature(size, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets,
                         text.size()) == 1);
  signature.resize(size);
  return signature;
}

std::string bio_text(BIO* bio) {
  char* start = nullptr;
  const auto size = BIO_get_mem_data(bio, &start);
  return {start, static_cast<std::size_t>(size)};
}

TestKeys make_keys() {
  const std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::shared_ptr<BIO> secret(BIO_new(BIO_s_mem()), BIO_free_all);
  const std::shared_ptr<BIO> open(BIO_new(BIO_s_mem()), BIO_free_all);
  require(PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  require(PEM_write_bio_PUBKEY(open.get(), key.get()) == 1);
  return {.private_pem = bio_text(secret.get()), .public_pem = bio_text(open.get())};
}

std::string rqs(std::string_view method, std::string_view path) {
  std::string text;
  append_json_string(text, std::string(method) + "\\" + std::string(path));
  return text;
}

constexpr std::string_view kHeader = R"({"alg":"RS512","typ":"JWT"})";

}  // namespace

const TestKeys& test_keys(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, TestKeys, std::less<>> all;
  const std::lock_guard lock(mutex);
  const auto found = all.find(name);
  return found != all.end() ? found->second : all.emplace(std::string(name), make_keys()).first->second;
}

std::string sign_rsa(const std::string& private_pem, const std::string& hash, std::string_view text) {
  return sign(private_pem, hash, text, false);
}

std::string sign_pss(const std::string& private_pem, const std::string& hash, std::string_view text) {
  return sign(private_pem, hash, text, true);
}

std::string sign_hmac(std::string_view secret, const std::string& hash, std::string_view text) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  require(HMAC(EVP_get_digestbyname(hash.c_str()), secret.data(), static_cast<int>(secret.size()),
               reinterpret_cast<const unsigned char*>(text.data()), text.size(),
               reinterpret_cast<unsigned char*>(mac.data()), &size) != nullptr);
  mac.resize(size);
  return mac;
}

std::string make_jws(const std::string& private_pem, std::string_view header, std::string_view payload,
                     const std::string& hash) {
  const auto text = encode_base64url(header) + "." + encode_base64url(payload);
  return text + "." + encode_base64url(sign_rsa(private_pem, hash, text));
}

std::string make_token(const std::string& private_pem, std::string_view method, std::string_view path, WallTime now,
                       std::string_view metadata) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto payload = R"({"iat":)" + std::to_string(seconds) + R"(,"rqs":)" + rqs(method, path) + R"(,"metadata":)" +
                       std::string(metadata) + "}";
  return make_jws(private_pem, kHeader, payload);
}

std::string make_fetch_token(const std::string& private_pem, std::string_view path, std::string_view metadata) {
  const auto payload = R"({"rqs":)" + rqs("GET", path) + R"(,"metadata":)" + std::string(metadata) + "}";
  return make_jws(private_pem, kHeader, payload);
}

}  // namespace calotype
