#include "app/free_port.h"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/error.h"

namespace calotype::app {

void require_free_port(const std::string& address, int port) {
  using boost::asio::ip::tcp;
  if (port == 0) return;
  boost::system::error_code failure;
  const auto parsed = boost::asio::ip::make_address(address, failure);
  boost::asio::io_context unused;
  tcp::acceptor probe(unused);
  if (!failure) {
    const tcp::endpoint endpoint(parsed, static_cast<std::uint16_t>(port));
    probe.open(endpoint.protocol(), failure);
    if (!failure) probe.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) probe.bind(endpoint, failure);
  }
  if (failure) throw Error(Fault::unavailable, fmt::format("listen on {}:{}: {}", address, port, failure.message()));
}

}  // namespace calotype::app
