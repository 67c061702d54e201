#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

#include <boost/asio/ip/tcp.hpp>

#include "http/connection.h"
#include "http/server.h"
#include "http/traffic.h"

namespace calotype::http {

/// How many connections each listener and each peer of it has, over all threads. Thread: any.
class Admission {
 public:
  explicit Admission(const ServerLimits& limits) : limits_(limits) {}

  /// Empty when the connection may be served, which leave() must then end; else why not.
  std::string enter(const std::string& peer);
  void leave(const std::string& peer);

 private:
  const ServerLimits& limits_;
  std::mutex mutex_;
  std::size_t count_ = 0;  // guarded by mutex_, as is all below
  std::unordered_map<std::string, std::size_t> by_peer_;
};

/// Opens a listening socket that shares its port with those of other threads. Port 0: any free one.
/// Throws unavailable: "listen on 127.0.0.1:8080: ...".
boost::asio::ip::tcp::acceptor open_listener(boost::asio::io_context& context, const std::string& address, int port);

/// Takes connections from a listening socket until it is closed.
class Acceptor {
 public:
  using Serve = std::function<void(Socket socket, std::string peer)>;

  Acceptor(boost::asio::ip::tcp::acceptor listener, Admission& admission, Traffic& traffic, Serve serve);

  Task<> run();
  /// Takes what still waits in the queue, which would be reset otherwise, and closes.
  void close();
  int port() const;

 private:
  enum class Queue { empty, exhausted };
  Queue take_all();
  void take(Socket socket, const sockaddr_storage& from);

  boost::asio::ip::tcp::acceptor listener_;
  Admission& admission_;
  Traffic& traffic_;
  Serve serve_;
};

}  // namespace calotype::http
