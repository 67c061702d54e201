#pragma once

#include <memory>
#include <optional>

#include "http/body.h"
#include "http/connection.h"
#include "http/response_head.h"
#include "http/server.h"
#include "http/traffic.h"
#include "http/watch.h"

namespace calotype::http {

/// What the sessions of one listener on one thread share.
struct Surroundings {
  const ListenerSpec& listener;
  Traffic& traffic;
  Scratch& scratch;
  DateText& date;
  Watch& watch;
  const bool& is_draining;
};

/// Serves one connection from its first byte to its last: read a head, handle, answer, and again.
/// Thread: its socket's executor.
class Session {
 public:
  Session(Surroundings around, Socket socket, std::string peer);

  /// Ends when the connection is closed; throws nothing but what running out of memory throws.
  Task<> run();

  /// Closes an idle connection; one in a request closes after its answer.
  void drain();
  /// Closes it in the midst.
  void cut() { connection_.close(); }

 private:
  enum class Head { whole, refused, none };

  Task<Head> read_head();
  Task<bool> answer(Head head);
  Task<Response> handle(const Context& context, Request& request);
  Task<bool> send(const Response& response, const HeadFacts& facts);
  Task<> linger();

  Surroundings around_;
  const ServerLimits& limits_;
  Connection connection_;
  std::string peer_;
  std::optional<RequestParser> parser_;
  std::optional<Refusal> refusal_;
  std::string head_;
  bool is_idle_ = false;
  bool is_first_ = true;
  bool lingers_ = false;
  bool has_left_ = false;  ///< the client, while its request was handled
};

}  // namespace calotype::http
