#include "api/rate_limit.h"

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>

#include "api/problem.h"

namespace calotype::api {

std::optional<resilience::Share> RateLimit::take(TenantId tenant, const std::optional<Rate>& own) {
  const auto rate = own.value_or(limits_.tenant);
  if (rate.per_second <= 0) return std::nullopt;
  return tenants_.take(tenant, rate.per_second, rate.burst);
}

std::optional<resilience::Share> RateLimit::take_sign_up(std::string_view peer) {
  constexpr double kHour = 3600;
  if (limits_.sign_ups_per_hour <= 0) return std::nullopt;
  return sign_ups_.take(network_of(peer), limits_.sign_ups_per_hour / kHour, limits_.sign_ups_per_hour);
}

void describe(const resilience::Share& share, std::string_view policy, http::Fields& fields) {
  fields.set("RateLimit-Policy",
             fmt::format("\"{}\";q={:.0f};w={}", policy, std::floor(share.most), std::max(share.window.count(), 1L)));
  fields.set("RateLimit", fmt::format("\"{}\";r={:.0f};t={}", policy, share.left, share.refill.count()));
}

http::Response throttled(const Context& ctx, const resilience::Share& share, std::string_view policy) {
  const auto wait = std::max(share.wait.count(), 1L);
  const Error error(Fault::throttled, fmt::format("let the request in: too many of them; again in {} s", wait));
  auto response = problem_response(ctx, error);
  response.fields.set("Retry-After", std::to_string(wait));
  describe(share, policy, response.fields);
  return response;
}

std::string network_of(std::string_view peer) {
  constexpr std::size_t kCustomer = 8;  // octets
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(std::string(peer), failure);
  if (failure || !address.is_v6()) return std::string(peer);
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  const auto octets = v6.to_bytes();
  return {reinterpret_cast<const char*>(octets.data()), kCustomer};
}

}  // namespace calotype::api
