#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "http/message.h"

namespace calotype::http {

/// Reads one response from bytes as they come. Does no I/O. Thread: one.
class ResponseParser {
 public:
  /// `answers_head`: the response has no body, whatever it announces.
  ResponseParser(std::uint64_t head_bytes, bool answers_head);
  ~ResponseParser();

  struct Fed {
    std::size_t used = 0;      ///< of the bytes
    std::size_t produced = 0;  ///< written to `into`
    bool is_wrong = false;     ///< nothing more can be read
  };
  /// Takes bytes of the head. What is not used up is to be given again with more behind it.
  Fed feed_head(std::string_view bytes);
  Fed feed_body(std::string_view bytes, std::span<std::byte> into);
  /// The server has closed. False where that cuts the response short.
  bool feed_end();

  bool has_head() const;
  // Once the head is there:
  int status() const;
  Fields take_fields();
  std::optional<std::uint64_t> announced() const;
  bool is_done() const;
  bool keeps_alive() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace calotype::http
