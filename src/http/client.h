#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/bytes.h"
#include "core/context.h"
#include "core/task.h"
#include "http/message.h"

namespace calotype::http {

/// A request's body as it is sent.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Sent as Content-Length; nullopt: the body goes in chunks.
  virtual std::optional<std::uint64_t> size() const = 0;
  /// The next bytes; 0 at the end.
  virtual Task<std::size_t> read(std::span<std::byte> into) = 0;
  /// Goes back to the first byte, so that the request can be sent again; false where that cannot be.
  virtual bool rewind() { return false; }
};

struct ClientRequest {
  Method method = Method::get;
  std::string url;  ///< absolute, http or https
  /// Host, Content-Length, Transfer-Encoding and Connection are the client's to write.
  Fields fields;
  Bytes body;
  std::shared_ptr<BodySource> stream;  ///< instead of `body`
};

/// A response: its head, and the body as it streams in. Destroyed before its end it closes the connection.
/// Thread: the executor of the coroutine that sent the request.
class ClientResponse {
 public:
  struct State;
  explicit ClientResponse(std::unique_ptr<State> state);
  ClientResponse(ClientResponse&&) noexcept;
  ClientResponse& operator=(ClientResponse&&) noexcept;
  ~ClientResponse();

  int status() const;
  const Fields& fields() const;
  /// Content-Length, where it was sent.
  std::optional<std::uint64_t> announced() const;
  /// The next bytes; 0 at the end. Throws: timed_out, unavailable (the response is cut short, or malformed).
  Task<std::size_t> read(std::span<std::byte> into);
  /// All that is left. Throws as read(), and too_large beyond `limit` bytes.
  Task<std::string> read_all(std::uint64_t limit);

 private:
  std::unique_ptr<State> state_;
};

struct ClientOptions {
  /// Whose certificates are trusted. Debian's; read at the first https request.
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";
  std::string extra_ca_file;           ///< PEM, trusted as well; empty: none
  Milliseconds connect_wait{5'000};    ///< for name, connection and TLS together
  Milliseconds stall_wait{30'000};     ///< without a byte sent or read
  Milliseconds answer_wait{60'000};    ///< for the response's head, when the request is sent
  Milliseconds idle_wait{30'000};      ///< how long a connection is kept for the next request
  std::size_t idle_connections = 32;   ///< kept by each of the threads
  std::size_t connections = 256;       ///< at once; more are refused, not queued
  std::size_t head_bytes = 32 * 1024;  ///< of a response
  /// Asked for each numeric address before it is connected to; null: all are allowed. A guard against URLs that lead
  /// inside (http/address.h).
  std::function<bool(const std::string& address)> allows;
};

/// Sends HTTP/1.1 requests over kept connections, plain or TLS with certificate and name checked. Follows no
/// redirects. A request whose kept connection turns out to be dead is sent once more on a new one if its method is
/// idempotent and its body can be sent again. Every wait ends at the Context's deadline at the latest.
/// Thread: any. Destroy it before the loops that its requests ran on.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Gives the response once its head is there. Throws: invalid (the URL), denied with code "address-refused",
  /// unavailable (no connection, no trust with code "untrusted-peer", a malformed response, too many connections),
  /// timed_out.
  Task<ClientResponse> send(Context ctx, ClientRequest request);

 private:
  friend class ClientResponse;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace calotype::http
