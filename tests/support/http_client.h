#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fd.h"

namespace calotype::testing {

using FieldList = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
  int status = 0;
  FieldList fields;
  std::string body;

  /// The first of the name, compared without case; empty when there is none.
  std::string field(std::string_view name) const;
};

/// A small HTTP/1.1 client that blocks and can send anything, right or wrong. Each wait ends after 5 s with
/// std::runtime_error, so that a hanging server fails a test and does not hang it. Thread: one.
class HttpClient {
 public:
  /// Connects to 127.0.0.1. Throws std::runtime_error.
  explicit HttpClient(int port);

  /// Sends bytes as they are. Throws when the server has closed.
  void send(std::string_view raw);
  /// The next answer. Interim answers (100) are answers. Throws when the connection ends before one is whole.
  HttpAnswer read_answer(bool answers_head = false);

  /// One whole exchange: Host and Content-Length are added where they are missing.
  HttpAnswer request(std::string_view method, std::string_view target, FieldList fields = {},
                     std::string_view body = {});
  HttpAnswer get(std::string_view target, FieldList fields = {}) { return request("GET", target, std::move(fields)); }

  /// Waits until the server closes, and gives what came before.
  std::string read_to_end();
  /// Whether anything comes within the limit, be it the end.
  bool has_input_within(std::chrono::milliseconds limit);
  /// Whether the server closes within the limit, without sending anything more.
  bool is_closed_within(std::chrono::milliseconds limit);

  void shut_output();
  /// Closes with a reset.
  void reset();

 private:
  void fill();

  Fd socket_;
  std::string buffer_;
};

}  // namespace calotype::testing
