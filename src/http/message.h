#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/bytes.h"
#include "core/context.h"
#include "core/task.h"

namespace calotype::http {

enum class Method { get, head, post, put, del, options, other };

std::string_view name_of(Method method);

/// Fields in the order in which they came; names compare without case.
class Fields {
 public:
  void add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of the name.
  void set(std::string name, std::string value);
  /// The first of the name; empty when there is none.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  /// All of the name, joined by ", ".
  std::string joined(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

/// A request's body as it streams in. The first read answers `Expect: 100-continue`.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// Content-Length, where it was sent.
  virtual std::optional<std::uint64_t> announced() const = 0;
  /// More than `bytes` then throws too_large; call before the first read. It can only lower the server's own limit.
  virtual void limit(std::uint64_t bytes) = 0;
  /// The next bytes; 0 at the end. Throws: too_large, timed_out with code "slow-body" (slower than the server's least
  /// rate), invalid (wrong framing, or the client went away). After a throw the connection is closed.
  virtual Task<std::size_t> read(std::span<std::byte> into) = 0;
};

/// All that is left, at most `limit` bytes. Throws as BodyReader::read.
Task<std::string> read_all(BodyReader& body, std::uint64_t limit);

struct Request {
  Method method = Method::get;
  std::string method_text;
  std::string target;  ///< as it was sent, origin form
  std::string path;    ///< the target's path as it was sent, percent-encoded
  std::string query;   ///< the raw query without "?"
  Fields fields;
  std::string peer;  ///< the client's address
  BodyReader* body = nullptr;

  /// The decoded value of a query parameter ('+' is a space, "a" is "a="); nullopt when absent. Throws invalid for a
  /// bad escape, for what is not UTF-8, and for a repeated one.
  std::optional<std::string> parameter(std::string_view name) const;
  /// All of them decoded, in order. Throws invalid.
  std::vector<std::pair<std::string, std::string>> parameters() const;
};

/// A part of a file that is sent without passing through memory. `keep` holds the descriptor open.
struct FilePart {
  std::shared_ptr<void> keep;
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
};

/// Content-Length, Date, Connection and X-Request-Id are the server's to write; so is leaving out the body for HEAD.
/// Only an answer to HEAD, or a 304, may have a Content-Length of its own beside an empty body. A field with a control
/// character in it makes the answer a 500.
struct Response {
  int status = 200;
  Fields fields;
  std::variant<Bytes, FilePart> body;
  /// Fields as write_fields() writes them; they follow those of `fields`. May be null.
  std::shared_ptr<const std::string> written_fields{};
  bool closes = false;         ///< the connection is not used again
  bool is_repeatable = false;  ///< whoever sends the same request in the next moments may have the same answer
  std::string route;           ///< the route's name in metrics and logs; from a closed set, never sent

  std::uint64_t body_size() const;
};

using Handler = std::function<Task<Response>(Context, Request&)>;

}  // namespace calotype::http
