#include "api/rate_limit.h"

#include <gtest/gtest.h>

#include "core/fake_clock.h"

namespace calotype::api {
namespace {

TEST(RateLimit, CountsOneCustomerAsOneAddress) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:2:ffff::9"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  EXPECT_EQ(network_of("no address"), "no address");
}

TEST(RateLimit, SaysWhatIsLeftInStructuredFields) {
  const FakeClock clock;
  RateLimit limit({.tenant = {.per_second = 2, .burst = 5}}, clock);
  http::Fields fields;

  describe(*limit.take(TenantId::random(), std::nullopt), "tenant", fields);

  EXPECT_EQ(fields.get("RateLimit-Policy"), "\"tenant\";q=5;w=3");
  EXPECT_EQ(fields.get("RateLimit"), "\"tenant\";r=4;t=1");
}

TEST(RateLimit, ATenantsOwnLimitGoesFirst) {
  const FakeClock clock;
  RateLimit limit({.tenant = {.per_second = 0, .burst = 0}, .sign_ups_per_hour = 0}, clock);
  const auto id = TenantId::random();

  EXPECT_FALSE(limit.take(id, std::nullopt)) << "no limit";
  EXPECT_FALSE(limit.take_sign_up("192.0.2.7"));
  EXPECT_TRUE(limit.take(id, Rate{.per_second = 1, .burst = 1})->is_let_in);
  const auto share = limit.take(id, Rate{.per_second = 1, .burst = 1});
  EXPECT_FALSE(share->is_let_in);
  const auto response = throttled({.request_id = "r"}, *share, "tenant");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.fields.get("Retry-After"), "1");
  EXPECT_EQ(response.fields.get("RateLimit"), "\"tenant\";r=0;t=1");
}

}  // namespace
}  // namespace calotype::api
