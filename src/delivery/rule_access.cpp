#include "delivery/rule_access.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "core/wildcard.h"

namespace calotype::delivery {

namespace {

using Require = rule::Access::Require;

void require_proof(Require wanted, Proof proof) {
  if (wanted == Require::none || proof == Proof::token) return;
  if (wanted == Require::signature) {
    if (proof == Proof::signature) return;
    throw Error(Fault::unauthenticated, "use the rule: it wants a signed URL or a token", "signature-required");
  }
  if (proof == Proof::signature) {
    throw Error(Fault::denied, "use the rule: it wants a token, and a signed URL is none", "token-required");
  }
  throw Error(Fault::unauthenticated, "use the rule: it wants a token", "token-required");
}

bool is_site(std::string_view listed, std::string_view host) {
  if (!listed.starts_with("*.")) return listed == host;
  const auto ending = listed.substr(1);
  return host.size() > ending.size() && host.ends_with(ending);
}

template <class Matches>
bool is_listed(const std::vector<std::string>& list, const Matches& matches) {
  return list.empty() || std::ranges::any_of(list, matches);
}

}  // namespace

Require required(const rule::Access& access, bool is_bucket_private) {
  return access.require.value_or(is_bucket_private ? Require::signature : Require::none);
}

void require_access(const rule::Access& access, Require wanted, const Bucket& bucket, std::string_view object,
                    const Visitor& visitor) {
  if (visitor.proof == Proof::own) return;
  require_proof(wanted, visitor.proof);
  if (!is_listed(access.buckets, [&](const auto& one) { return matches_wildcard(one, bucket.alias); })) {
    throw Error(Fault::denied, fmt::format("use the rule: it is not for the bucket {}", bucket.alias),
                "bucket-not-allowed");
  }
  if (!is_listed(access.prefixes, [&](const auto& one) { return matches_wildcard(one + "*", object); })) {
    throw Error(Fault::denied, "use the rule: it is not for objects of this name", "object-not-allowed");
  }
  if (visitor.site && !is_listed(access.referers, [&](const auto& one) { return is_site(one, *visitor.site); })) {
    throw Error(Fault::denied, "use the rule: the page that shows its results is not one of those that may",
                "referer-not-allowed");
  }
}

}  // namespace calotype::delivery
