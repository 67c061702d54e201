#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "core/clock.h"
#include "core/task.h"
#include "http/url.h"

namespace calotype::http {

/// A client's connection to a server, plain or TLS. Thread: its executor.
class Wire {
 public:
  using Code = boost::system::error_code;

  explicit Wire(Executor executor) : tcp_(std::move(executor)) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Until when the next waits may last. What waits longer ends with an error for which is_timeout() is true.
  void set_deadline(SteadyTime deadline);
  static bool is_timeout(const Code& code);

  Task<Code> connect(boost::asio::ip::tcp::endpoint endpoint);
  /// Begins TLS, and checks the certificate and that it is `host`'s.
  Task<Code> secure(boost::asio::ssl::context& tls, const std::string& host);
  Task<Code> write(std::span<const std::byte> bytes);
  struct Read {
    Code code;
    std::size_t count = 0;
  };
  Task<Read> read(std::span<char> into);

  /// Whether nothing has come: a kept connection that has something to say says that it ends.
  bool is_quiet();

 private:
  boost::beast::tcp_stream tcp_;
  std::unique_ptr<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
};

/// Connects to where the URL leads, to the first of its addresses that answers.
struct Dialler {
  boost::asio::ssl::context* tls = nullptr;
  const std::function<bool(const std::string&)>& allows;

  /// Throws: denied with code "address-refused", unavailable (also with code "untrusted-peer"), timed_out.
  Task<std::unique_ptr<Wire>> dial(Url url, SteadyTime deadline) const;
};

}  // namespace calotype::http
