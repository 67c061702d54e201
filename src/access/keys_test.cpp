#include "access/keys.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "access/public_key.h"
#include "access/test_loop.h"
#include "adapters/memory/memory_catalog.h"
#include "core/encoding.h"
#include "core/fake_clock.h"
#include "support/token.h"

namespace calotype::access {
namespace {

std::string bare(const std::string& pem) {
  std::string text;
  for (std::size_t at = 0; at < pem.size();) {
    const auto end = pem.find('\n', at);
    const auto line = pem.substr(at, end - at);
    if (!line.starts_with("-----")) text += line;
    at = end + 1;
  }
  return text;
}

std::string public_pem(EVP_PKEY* made) {
  const std::shared_ptr<EVP_PKEY> key(made, EVP_PKEY_free);
  const std::shared_ptr<BIO> bio(BIO_new(BIO_s_mem()), BIO_free_all);
  EXPECT_EQ(PEM_write_bio_PUBKEY(bio.get(), key.get()), 1);
  char* start = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &start);
  return {start, static_cast<std::size_t>(size)};
}

TEST(MakeKeyPair, GivesHalvesThatBelongTogether) {
  const auto pair = make_key_pair();

  EXPECT_TRUE(pair.private_pem.starts_with("-----BEGIN PRIVATE KEY-----\n")) << "PKCS#8";
  const auto key = PublicKey::read(pair.public_pem);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->signature_size(), 256U);
  EXPECT_TRUE(key->verifies(Algorithm::rs256, "text", sign_rsa(pair.private_pem, "SHA256", "text")));
  EXPECT_FALSE(key->verifies(Algorithm::rs256, "texT", sign_rsa(pair.private_pem, "SHA256", "text")));
  EXPECT_NE(make_key_pair().public_pem, pair.public_pem);
}

TEST(PublicKey, IsReadFromPemAndFromItsBareBase64) {
  const auto& pem = test_keys().public_pem;
  std::string windows;
  for (const char c : pem) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);

  for (const auto& text : {pem, bare(pem), windows, "\n  " + pem, pem.substr(0, pem.size() - 1)}) {
    const auto key = PublicKey::read(text);

    ASSERT_TRUE(key) << text;
    EXPECT_EQ(key->pem(), pem) << "stored in one form";
  }
}

TEST(PublicKey, RefusesWhatIsNoSafePublicKey) {
  const auto& keys = test_keys();
  const auto der = *decode_base64(bare(keys.public_pem));
  auto small_exponent = der;
  small_exponent[der.size() - 3] = 0;  // 65537 -> 1, in its three bytes
  ASSERT_EQ(der.substr(der.size() - 3), std::string("\x01\x00\x01", 3));
  const std::string cases[] = {
      "",
      "hello",
      keys.private_pem,
      bare(keys.private_pem),
      keys.public_pem.substr(0, 60),
      encode_base64(der + "x"),
      encode_base64(der.substr(1)),
      encode_base64(small_exponent),
      std::string(5000, 'A'),
      public_pem(EVP_EC_gen("P-384")),
      public_pem(EVP_EC_gen("secp256k1")),
      public_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448")),
      public_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")),
      public_pem(EVP_RSA_gen(1024)),
      public_pem(EVP_RSA_gen(2056)),
  };
  for (const auto& text : cases) EXPECT_FALSE(PublicKey::read(text)) << text;
}

TEST(PublicKey, TakesTheAlgorithmsOfItsTypeAlone) {
  const auto rsa = PublicKey::read(test_keys().public_pem);
  const auto curve = PublicKey::read(public_pem(EVP_EC_gen("P-256")));
  const auto edwards = PublicKey::read(public_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
  ASSERT_TRUE(rsa && curve && edwards);

  for (const auto algorithm : {Algorithm::rs256, Algorithm::rs384, Algorithm::rs512}) {
    EXPECT_TRUE(rsa->fits(algorithm));
    EXPECT_FALSE(curve->fits(algorithm) || edwards->fits(algorithm));
    EXPECT_FALSE(curve->verifies(algorithm, "text", std::string(64, 'x')));
  }
  EXPECT_TRUE(curve->fits(Algorithm::es256) && edwards->fits(Algorithm::eddsa));
  EXPECT_FALSE(rsa->fits(Algorithm::es256) || edwards->fits(Algorithm::es256));
  EXPECT_FALSE(rsa->fits(Algorithm::eddsa) || curve->fits(Algorithm::eddsa));
  EXPECT_EQ(curve->signature_size(), 64U);
  for (const char fill : {'\0', '\x7f', '\xff'}) {
    EXPECT_FALSE(curve->verifies(Algorithm::es256, "text", std::string(64, fill)));
    EXPECT_FALSE(edwards->verifies(Algorithm::eddsa, "text", std::string(64, fill)));
  }
}

TEST(PublicKey, DecoysTakeNoSignature) {
  const auto decoy = PublicKey::decoy(3072);

  EXPECT_EQ(decoy.signature_size(), 384U);
  EXPECT_FALSE(decoy.verifies(Algorithm::rs512, "text", std::string(384, '\0')));
  EXPECT_FALSE(decoy.verifies(Algorithm::rs512, "text", std::string(384, '\x55')));
}

class KeysTest : public ::testing::Test {
 protected:
  KeysTest() {
    loop_.run(catalog_.add_tenant(
        {}, {.id = tenant_, .name = "shop", .admin_email = "a@b.c", .created = {}},
        {.id = AccessKeyId::random(), .tenant = tenant_, .public_key_pem = "", .description = "", .created = {}}));
  }

  Error refused(TenantId tenant, std::string key, std::string description) {
    try {
      loop_.run(keys_.add({}, tenant, std::move(key), {.description = std::move(description)}));
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::internal, "it was accepted");
  }

  TestLoop loop_;
  FakeClock clock_;
  MemoryCatalog catalog_;
  BlockingPool pool_{1};
  Keys keys_{catalog_, clock_, pool_};
  TenantId tenant_ = TenantId::random();
};

TEST_F(KeysTest, StoresThePublicHalfAlone) {
  const auto made = loop_.run(keys_.make({}, tenant_, {.description = "for the importer"}));

  const auto stored = loop_.run(catalog_.find_key({}, made.key.id));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->key.description, "for the importer");
  EXPECT_EQ(stored->key.public_key_pem.find("PRIVATE"), std::string::npos);
  const auto key = PublicKey::read(stored->key.public_key_pem);
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->verifies(Algorithm::rs512, "x", sign_rsa(made.private_pem, "SHA512", "x")));
}

TEST_F(KeysTest, TakesAKeyOfTheCallersOwn) {
  const auto added = loop_.run(keys_.add({}, tenant_, bare(test_keys().public_pem), {.description = "own"}));

  const auto stored = loop_.run(catalog_.find_key({}, added.id));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->key.public_key_pem, test_keys().public_pem);
}

TEST_F(KeysTest, RefusesWithAPointer) {
  const auto bad_key = refused(tenant_, "hello", "");
  const auto private_key = refused(tenant_, test_keys().private_pem, "");
  const auto long_text = refused(tenant_, test_keys().public_pem, std::string(501, 'a'));
  const auto no_tenant = refused(TenantId::random(), test_keys().public_pem, "");

  EXPECT_EQ(bad_key.fault(), Fault::unprocessable);
  ASSERT_EQ(bad_key.problems().size(), 1U);
  EXPECT_EQ(bad_key.problems()[0].pointer, "/public_key");
  ASSERT_EQ(private_key.problems().size(), 1U);
  EXPECT_NE(private_key.problems()[0].hint, "");
  EXPECT_EQ(std::string(private_key.what()).find("BEGIN"), std::string::npos) << "no secret in a message";
  ASSERT_EQ(long_text.problems().size(), 1U);
  EXPECT_EQ(long_text.problems()[0].pointer, "/description");
  EXPECT_EQ(no_tenant.fault(), Fault::missing);
}

}  // namespace
}  // namespace calotype::access
