#pragma once

#include <string>

namespace calotype::app {

/// Throws unavailable when somebody listens on the port: "listen on 127.0.0.1:8080: Address already in use". The
/// server's own sockets share their port among its threads (SO_REUSEPORT), so the kernel would let a second server of
/// the same user in, and each would get half of the connections. Port 0 is always free.
void require_free_port(const std::string& address, int port);

}  // namespace calotype::app
