#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/rule_policy.h"
#include "model/tenant.h"

/// Who may have a rendition by a rule.
namespace calotype::delivery {

/// How it was proved that an asker may have what it asks for.
enum class Proof { none, signature, token, own /**< it is the service itself */ };

struct Visitor {
  Proof proof = Proof::none;
  /// Host of the page that shows the picture, in lower case; empty where the client named what is none. Absent: it did
  /// not tell.
  std::optional<std::string> site{};
};

/// What a rule wants, or, where it does not say, its bucket.
rule::Access::Require required(const rule::Access& access, bool is_bucket_private);

/// `wanted`: what required() says. Throws unauthenticated (codes "signature-required", "token-required"), denied
/// ("token-required", "bucket-not-allowed", "object-not-allowed", "referer-not-allowed").
void require_access(const rule::Access& access, rule::Access::Require wanted, const Bucket& bucket,
                    std::string_view object, const Visitor& visitor);

}  // namespace calotype::delivery
