#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/head_guard.h"
#include "http/message.h"

namespace calotype::http {

/// Why a request is answered by the HTTP layer itself; the connection is closed afterwards.
struct Refusal {
  int status = 400;
  std::string_view detail;
};

struct ParserLimits {
  std::uint64_t head_bytes = 0;
  std::size_t fields = 0;
  std::size_t target_bytes = 0;
  std::uint64_t body_bytes = 0;
};

/// Reads one request from bytes as they come: strict where a lenient reader would let a second request be smuggled in
/// (RFC 9112, sections 5, 6 and 11). Does no I/O. Thread: one.
class RequestParser {
 public:
  explicit RequestParser(const ParserLimits& limits);
  ~RequestParser();

  /// Takes bytes of the head; gives how many are used up. The rest is to be given again with more behind it.
  std::size_t feed_head(std::string_view bytes);
  bool has_head() const;
  const std::optional<Refusal>& refusal() const;

  // Once the head is there:

  Request take_request();
  bool keeps_alive() const;
  bool expects_continue() const;
  /// "OPTIONS *": about the server, not about a path.
  bool is_for_server() const;
  std::optional<std::uint64_t> announced() const;
  /// All of the body was read, or there is none.
  bool is_done() const;
  /// What is still to come, where Content-Length says so.
  std::optional<std::uint64_t> remaining() const;

  struct Fed {
    std::size_t used = 0;      ///< of the bytes
    std::size_t produced = 0;  ///< written to `into`
    bool is_wrong = false;     ///< the framing is; nothing more can be read
  };
  Fed feed_body(std::string_view bytes, std::span<std::byte> into);

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace calotype::http
