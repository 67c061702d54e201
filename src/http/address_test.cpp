#include "http/address.h"

#include <gtest/gtest.h>

namespace calotype::http {
namespace {

TEST(PublicAddress, TakesWhatAnyoneCanReach) {
  for (const auto* address : {"1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1",
                              "223.255.255.254", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"}) {
    EXPECT_TRUE(is_public_address(address)) << address;
  }
}

TEST(PublicAddress, RefusesWhatLeadsInside) {
  for (const auto* address : {"0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "127.0.0.1",
                              "127.255.0.9",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:10.0.0.1",
                              "fe80::1",
                              "fc00::1",
                              "fd12::9",
                              "ff02::1",
                              "2001:db8::1",
                              "2001::1",
                              "2002:a00:1::",
                              "64:ff9b::7f00:1",
                              "::127.0.0.1"}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
}

TEST(PublicAddress, RefusesWhatIsNoAddress) {
  for (const auto* text : {"", "localhost", "1.1.1", "0x7f000001", "2130706433", "1.1.1.1 "}) {
    EXPECT_FALSE(is_public_address(text)) << text;
  }
}

}  // namespace
}  // namespace calotype::http
