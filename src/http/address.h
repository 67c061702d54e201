#pragma once

#include <string_view>

namespace calotype::http {

/// Whether the numeric address belongs to the public internet: not to this machine, a private or shared network, a
/// link, a group, documentation, or a range that leads to such (IPv4-mapped, 6to4, NAT64). False for what is no
/// address. Source: IANA's special-purpose address registries.
bool is_public_address(std::string_view address);

}  // namespace calotype::http
