#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "model/tenant.h"
#include "resilience/rate_limiter.h"

/// How often callers may come (draft-ietf-httpapi-ratelimit-headers).
namespace calotype::api {

struct RateLimits {
  Rate tenant{.per_second = 1'000, .burst = 2'000};  ///< of one that has no limit of its own; 0: none
  double sign_ups_per_hour = 100;                    ///< of one address; 0: no limit
};

class RateLimit {
 public:
  RateLimit(RateLimits limits, const Clock& clock) : limits_(limits), tenants_(kMost, clock), sign_ups_(kMost, clock) {}

  /// nullopt where there is no limit.
  std::optional<resilience::Share> take(TenantId tenant, const std::optional<Rate>& own);
  std::optional<resilience::Share> take_sign_up(std::string_view peer);
  /// What holds for a tenant that has no limit of its own.
  const Rate& usual() const { return limits_.tenant; }

 private:
  static constexpr std::size_t kMost = 100'000;

  const RateLimits limits_;
  resilience::RateLimiter<TenantId> tenants_;
  resilience::RateLimiter<std::string> sign_ups_;
};

/// RateLimit-Policy and RateLimit. `policy`: the limit's name.
void describe(const resilience::Share& share, std::string_view policy, http::Fields& fields);

/// 429 with Retry-After.
http::Response throttled(const Context& ctx, const resilience::Share& share, std::string_view policy);

/// What counts as one address: of IPv6 the first 64 bits, which are one customer's.
std::string network_of(std::string_view peer);

}  // namespace calotype::api
