#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/clock.h"

struct evp_pkey_st;

namespace calotype::cli {

/// A private key that signs what the API asks for. The algorithm follows from its type: RS512, ES256 (P-256) or EdDSA
/// (Ed25519). Copying copies a pointer.
class Signer {
 public:
  /// PEM, or the base64 between its lines. Throws invalid; never says anything of the key.
  static Signer read(std::string_view private_key, std::string key_id);

  const std::string& key_id() const { return key_id_; }
  /// For one management call: `path` as it is sent, without "/api/v1"; `metadata` is JSON, an object.
  std::string sign_call(std::string_view method, std::string_view path, std::string_view metadata, WallTime now) const;
  /// For URLs to fetch: `path` may hold `*`; they work until `expires`, where it is set.
  std::string sign_fetch(std::string_view path, std::string_view metadata, const WallTime* expires) const;

 private:
  Signer(std::shared_ptr<evp_pkey_st> key, std::string key_id) : key_(std::move(key)), key_id_(std::move(key_id)) {}
  std::string sign(const std::string& payload) const;

  std::shared_ptr<evp_pkey_st> key_;
  std::string key_id_;
};

/// Base64url of the HMAC-SHA256 of the text. `secret`: base64url. Throws invalid where it is not.
std::string mac_of(std::string_view secret, std::string_view text);

/// The base64 between the lines of a PEM text, for a file of one line.
std::string bare_key(std::string_view pem);

}  // namespace calotype::cli
