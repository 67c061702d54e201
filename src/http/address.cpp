#include "http/address.h"

#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace calotype::http {

namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

struct Net4 {
  std::uint32_t base;
  int length;
};

constexpr std::uint32_t net(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0, std::uint32_t d = 0) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array kSpecial4{
    Net4{net(0, 0), 8},                                       // this network
    Net4{net(10, 0), 8},                                      // private
    Net4{net(100, 64), 10},                                   // shared by carriers
    Net4{net(127, 0), 8},                                     // this machine
    Net4{net(169, 254), 16},                                  // link-local; where clouds keep their metadata
    Net4{net(172, 16), 12},                                   // private
    Net4{net(192, 0, 0), 24},                                 // protocol assignments
    Net4{net(192, 0, 2), 24},                                 // documentation
    Net4{net(192, 88, 99), 24},                               // 6to4 relays
    Net4{net(192, 168), 16},                                  // private
    Net4{net(198, 18), 15},                                   // benchmarks
    Net4{net(198, 51, 100), 24}, Net4{net(203, 0, 113), 24},  // documentation
    Net4{net(224, 0), 3},                                     // multicast, reserved, broadcast
};

bool is_public(address_v4 ip) {
  const auto number = ip.to_uint();
  return std::none_of(kSpecial4.begin(), kSpecial4.end(),
                      [&](const Net4& special) { return (number ^ special.base) >> (32 - special.length) == 0; });
}

bool begins(const address_v6::bytes_type& bytes, std::initializer_list<int> with) {
  return std::equal(with.begin(), with.end(), bytes.begin(), [](int a, unsigned char b) { return a == b; });
}

address_v4 part4(const address_v6::bytes_type& bytes, std::size_t at) {
  return address_v4({bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
}

bool is_public(const address_v6& ip) {
  const auto bytes = ip.to_bytes();
  if (ip.is_v4_mapped()) return is_public(part4(bytes, 12));
  if (begins(bytes, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return is_public(part4(bytes, 12));  // NAT64
  if (begins(bytes, {0x20, 0x02})) return is_public(part4(bytes, 2));                                    // 6to4
  if ((bytes[0] & 0xe0) != 0x20) return false;                      // only 2000::/3 is given out as global unicast
  if (begins(bytes, {0x20, 0x01, 0x0d, 0xb8})) return false;        // documentation
  return !(begins(bytes, {0x20, 0x01}) && (bytes[2] & 0xfe) == 0);  // protocol assignments, Teredo
}

}  // namespace

bool is_public_address(std::string_view text) {
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(std::string(text), error);
  if (error) return false;
  return ip.is_v4() ? is_public(ip.to_v4()) : is_public(ip.to_v6());
}

}  // namespace calotype::http
