#include "http/acceptor.h"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <boost/asio/redirect_error.hpp>

#include "core/error.h"
#include "core/id.h"
#include "http/problem.h"
#include "http/response_head.h"
#include "telemetry/log.h"

namespace calotype::http {

namespace {

using boost::asio::ip::tcp;
using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int kBacklog = 4096;
constexpr int kBatch = 64;
constexpr Milliseconds kExhaustedWait{100};

std::string address_of(const sockaddr_storage& from) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = nullptr;
  if (from.ss_family == AF_INET) address = &reinterpret_cast<const sockaddr_in&>(from).sin_addr;
  if (from.ss_family == AF_INET6) address = &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr;
  if (address == nullptr || ::inet_ntop(from.ss_family, address, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

/// Whatever happens, the client is told in the one write that surely does not block.
void send_busy(Socket& socket) {
  const auto id = Uuid::random().text();
  auto response = problem(503, "too many connections", id);
  response.fields.add("Retry-After", "1");
  const auto date = http_date(std::time(nullptr));
  std::string text;
  append_head(text, response, {.date = date, .request_id = id, .closes = true});
  text += std::get<Bytes>(response.body).text();
  ::send(socket.native_handle(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

std::string Admission::enter(const std::string& peer) {
  const std::lock_guard lock(mutex_);
  if (count_ >= limits_.connections) return "connections";
  auto& of_peer = by_peer_[peer];
  if (limits_.connections_per_peer > 0 && of_peer >= limits_.connections_per_peer) return "connections_per_peer";
  ++of_peer;
  ++count_;
  return {};
}

void Admission::leave(const std::string& peer) {
  const std::lock_guard lock(mutex_);
  --count_;
  const auto found = by_peer_.find(peer);
  if (--found->second == 0) by_peer_.erase(found);
}

tcp::acceptor open_listener(boost::asio::io_context& context, const std::string& address, int port) {
  try {
    const tcp::endpoint endpoint(boost::asio::ip::make_address(address), static_cast<std::uint16_t>(port));
    tcp::acceptor listener(context);
    listener.open(endpoint.protocol());
    listener.set_option(tcp::acceptor::reuse_address(true));
    listener.set_option(ReusePort(true));
    listener.bind(endpoint);
    listener.listen(kBacklog);
    listener.native_non_blocking(true);
    return listener;
  } catch (const boost::system::system_error& error) {
    throw Error(Fault::unavailable, fmt::format("listen on {}:{}: {}", address, port, error.code().message()));
  }
}

Acceptor::Acceptor(tcp::acceptor listener, Admission& admission, Traffic& traffic, Serve serve)
    : listener_(std::move(listener)), admission_(admission), traffic_(traffic), serve_(std::move(serve)) {}

int Acceptor::port() const { return listener_.local_endpoint().port(); }

Task<> Acceptor::run() {
  while (listener_.is_open()) {
    boost::system::error_code error;
    co_await listener_.async_wait(tcp::acceptor::wait_read,
                                  boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error || !listener_.is_open()) break;
    if (take_all() == Queue::empty) continue;
    // Out of descriptors: the queue holds the clients until some connection has ended.
    traffic_.count_refused("descriptors");
    telemetry::log(telemetry::Level::warning, "accept_paused", {{"reason", "out of descriptors or memory"}});
    co_await sleep_until(std::chrono::steady_clock::now() + kExhaustedWait);
  }
}

Acceptor::Queue Acceptor::take_all() {
  for (int i = 0; i < kBatch; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int number =
        ::accept4(listener_.native_handle(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (number >= 0) {
      Socket socket(listener_.get_executor());
      socket.assign(boost::asio::generic::stream_protocol(from.ss_family, IPPROTO_TCP), number);
      take(std::move(socket), from);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Queue::empty;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return Queue::exhausted;
  }
  return Queue::empty;
}

void Acceptor::take(Socket socket, const sockaddr_storage& from) {
  auto peer = address_of(from);
  const auto refusal = admission_.enter(peer);
  if (!refusal.empty()) {
    traffic_.count_refused(refusal);
    send_busy(socket);
    return;
  }
  const int on = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  serve_(std::move(socket), std::move(peer));
}

void Acceptor::close() {
  if (!listener_.is_open()) return;
  take_all();
  boost::system::error_code ignored;
  listener_.close(ignored);
}

}  // namespace calotype::http
