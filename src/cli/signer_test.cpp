#include "cli/signer.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "core/encoding.h"
#include "core/error.h"
#include "support/token.h"

namespace calotype::cli {
namespace {

namespace json = boost::json;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

struct Parts {
  json::object header;
  json::object payload;
  std::string text;
  std::string signature;
};

Parts split(const std::string& token) {
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  return {.header = json::parse(*decode_base64url(token.substr(0, first))).as_object(),
          .payload = json::parse(*decode_base64url(token.substr(first + 1, second - first - 1))).as_object(),
          .text = token.substr(0, second),
          .signature = *decode_base64url(token.substr(second + 1))};
}

bool verifies(EVP_PKEY* key, const EVP_MD* hash, const std::string& text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

constexpr WallTime kNow{std::chrono::milliseconds(1'764'000'000'500)};

TEST(Signer, SignsACallAsPublishedClientsDo) {
  const auto& keys = test_keys();
  const auto signer = Signer::read(keys.private_pem, "the-key");

  const auto parts = split(signer.sign_call("POST", "/tenants/t/x%20y", R"({"oid":"a"})", kNow));

  EXPECT_EQ(parts.header.at("alg"), "RS512");
  EXPECT_EQ(parts.header.at("kid"), "the-key");
  EXPECT_EQ(parts.payload.at("rqs"), "POST\\/tenants/t/x%20y");
  EXPECT_EQ(parts.payload.at("iat"), 1'764'000'000);
  EXPECT_EQ(parts.payload.at("metadata").as_object().at("oid"), "a");
  EXPECT_EQ(parts.signature, sign_rsa(keys.private_pem, "SHA512", parts.text));
}

TEST(Signer, ReadsAKeyWithoutItsArmour) {
  const auto& keys = test_keys();

  const auto bare = bare_key(keys.private_pem);

  EXPECT_EQ(bare.find('\n'), std::string::npos);
  EXPECT_EQ(Signer::read(bare, "k").sign_call("GET", "/", "{}", kNow),
            Signer::read(keys.private_pem, "k").sign_call("GET", "/", "{}", kNow));
}

TEST(Signer, SignsWithACurve) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const auto parts = split(Signer::read(pem_of(key.get()), "k").sign_call("GET", "/tenants", "{}", kNow));

  EXPECT_EQ(parts.header.at("alg"), "ES256");
  ASSERT_EQ(parts.signature.size(), 64U);
  auto* both = ECDSA_SIG_new();
  const auto* octets = reinterpret_cast<const unsigned char*>(parts.signature.data());
  ECDSA_SIG_set0(both, BN_bin2bn(octets, 32, nullptr), BN_bin2bn(octets + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const auto size = i2d_ECDSA_SIG(both, &der);
  const std::string signature(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  ECDSA_SIG_free(both);
  EXPECT_TRUE(verifies(key.get(), EVP_sha256(), parts.text, signature));
}

TEST(Signer, SignsWithEd25519) {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  const auto parts = split(Signer::read(pem_of(key.get()), "k").sign_call("GET", "/tenants", "{}", kNow));

  EXPECT_EQ(parts.header.at("alg"), "EdDSA");
  EXPECT_TRUE(verifies(key.get(), nullptr, parts.text, parts.signature));
}

TEST(Signer, FetchTokensHaveNoIssueAndExpireWhereAsked) {
  const auto signer = Signer::read(test_keys().private_pem, "k");

  const auto for_ever = split(signer.sign_fetch("/shop/images/*", "{}", nullptr));
  const auto for_a_while = split(signer.sign_fetch("/shop/images/*", "{}", &kNow));

  EXPECT_EQ(for_ever.payload.at("rqs"), "GET\\/shop/images/*");
  EXPECT_FALSE(for_ever.payload.contains("iat"));
  EXPECT_FALSE(for_ever.payload.contains("exp"));
  EXPECT_EQ(for_a_while.payload.at("exp"), 1'764'000'000);
}

TEST(Signer, RefusesWhatIsNoKeyOrOfAnotherKind) {
  const Key other(EVP_EC_gen("P-384"), EVP_PKEY_free);
  for (const auto& text : {std::string(), std::string("nonsense"), test_keys().public_pem, pem_of(other.get())}) {
    EXPECT_THROW(Signer::read(text, "k"), Error) << text;
  }
}

}  // namespace
}  // namespace calotype::cli
