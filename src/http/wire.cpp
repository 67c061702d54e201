#include "http/wire.h"

#include <cerrno>

#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>

#include "core/error.h"
#include "core/handoff.h"

namespace calotype::http {

namespace {

using boost::asio::ip::tcp;
namespace ssl = boost::asio::ssl;
using Addresses = std::vector<tcp::endpoint>;

struct Lookup {
  explicit Lookup(const Executor& executor) : resolver(executor) {}
  tcp::resolver resolver;
  Addresses found;
  Wire::Code code;
};

/// The system's resolver cannot be interrupted: at the deadline it is left to itself.
Task<Addresses> resolve(Url url, SteadyTime deadline) {
  boost::system::error_code error;
  const auto literal = boost::asio::ip::make_address(url.host, error);
  if (!error) co_return Addresses{{literal, static_cast<std::uint16_t>(url.port)}};

  const auto executor = co_await current_executor();
  const auto lookup = std::make_shared<Lookup>(executor);
  Handoff handoff(executor);
  handoff.begin();
  lookup->resolver.async_resolve(
      url.host, std::to_string(url.port),
      [lookup, handoff](const Wire::Code& code, tcp::resolver::results_type results) mutable {
        lookup->code = code;
        for (const auto& entry : results) lookup->found.push_back(entry.endpoint());
        handoff.finish(nullptr);
      });
  co_await handoff.wait(deadline, Handoff::Once::may_leave, "find the address of " + url.host);
  if (lookup->found.empty()) throw Error(Fault::unavailable, "find the address of " + url.host + ": there is none");
  co_return lookup->found;
}

[[noreturn]] void fail(const Url& url, const Wire::Code& code) {
  const auto what = "connect to " + url.origin() + ": ";
  if (Wire::is_timeout(code)) throw Error(Fault::timed_out, what + "no answer in time");
  throw Error(Fault::unavailable, what + code.message());
}

std::string numeric(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

void Wire::set_deadline(SteadyTime deadline) {
  if (deadline == SteadyTime::max()) {
    tcp_.expires_never();
  } else {
    tcp_.expires_at(deadline);
  }
}

bool Wire::is_timeout(const Code& code) { return code == boost::beast::error::timeout; }

Task<Wire::Code> Wire::connect(tcp::endpoint endpoint) {
  Code code;
  co_await tcp_.async_connect(endpoint, boost::asio::redirect_error(boost::asio::use_awaitable, code));
  if (code) co_return code;
  Code ignored;
  tcp_.socket().set_option(tcp::no_delay(true), ignored);
  co_return code;
}

Task<Wire::Code> Wire::secure(ssl::context& tls, const std::string& host) {
  tls_ = std::make_unique<ssl::stream<boost::beast::tcp_stream&>>(tcp_, tls);
  tls_->set_verify_mode(ssl::verify_peer);
  tls_->set_verify_callback(ssl::host_name_verification(host));
  boost::system::error_code is_name;
  boost::asio::ip::make_address(host, is_name);
  if (is_name) SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str());
  Code code;
  co_await tls_->async_handshake(ssl::stream_base::client,
                                 boost::asio::redirect_error(boost::asio::use_awaitable, code));
  co_return code;
}

Task<Wire::Code> Wire::write(std::span<const std::byte> bytes) {
  Code code;
  const auto buffer = boost::asio::buffer(bytes.data(), bytes.size());
  if (tls_) {
    co_await boost::asio::async_write(*tls_, buffer, boost::asio::redirect_error(boost::asio::use_awaitable, code));
  } else {
    co_await boost::asio::async_write(tcp_, buffer, boost::asio::redirect_error(boost::asio::use_awaitable, code));
  }
  co_return code;
}

Task<Wire::Read> Wire::read(std::span<char> into) {
  Read read;
  const auto buffer = boost::asio::buffer(into.data(), into.size());
  if (tls_) {
    read.count =
        co_await tls_->async_read_some(buffer, boost::asio::redirect_error(boost::asio::use_awaitable, read.code));
  } else {
    read.count =
        co_await tcp_.async_read_some(buffer, boost::asio::redirect_error(boost::asio::use_awaitable, read.code));
  }
  co_return read;
}

bool Wire::is_quiet() {
  if (!tcp_.socket().is_open()) return false;
  char byte = 0;
  const auto count = ::recv(tcp_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Task<std::unique_ptr<Wire>> Dialler::dial(Url url, SteadyTime deadline) const {
  const auto executor = co_await current_executor();
  const auto addresses = co_await resolve(url, deadline);
  std::unique_ptr<Wire> wire;
  Wire::Code code;
  bool is_refused = true;
  for (const auto& endpoint : addresses) {
    if (allows && !allows(numeric(endpoint))) continue;
    is_refused = false;
    wire = std::make_unique<Wire>(executor);
    wire->set_deadline(deadline);
    code = co_await wire->connect(endpoint);
    if (!code || Wire::is_timeout(code)) break;
  }
  if (is_refused)
    throw Error(Fault::denied, "connect to " + url.origin() + ": its address is not allowed", "address-refused");
  if (code) fail(url, code);
  if (!url.is_secure) co_return wire;

  code = co_await wire->secure(*tls, url.host);
  if (!code) co_return wire;
  if (code.category() == boost::asio::error::get_ssl_category())
    throw Error(Fault::unavailable, "connect to " + url.origin() + ": " + code.message(), "untrusted-peer");
  fail(url, code);
}

}  // namespace calotype::http
