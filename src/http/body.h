#pragma once

#include "core/error.h"
#include "http/connection.h"
#include "http/parser.h"
#include "http/server.h"

namespace calotype::http {

/// The body of the request that a parser has read the head of.
class RequestBody final : public BodyReader {
 public:
  RequestBody(Connection& connection, RequestParser& parser, const ServerLimits& limits);

  std::optional<std::uint64_t> announced() const override { return parser_.announced(); }
  void limit(std::uint64_t bytes) override { limit_ = std::min(limit_, bytes); }
  Task<std::size_t> read(std::span<std::byte> into) override;

  bool is_done() const { return !is_broken_ && parser_.is_done(); }
  /// Whether what the handler left can be read away in little time, so that the connection can be kept.
  bool is_worth_discarding() const;
  /// Reads the rest away; false when that failed.
  Task<bool> discard();

 private:
  Task<> take_more(std::size_t most);
  std::optional<std::size_t> take_input(std::span<std::byte> into);
  [[noreturn]] void fail(Fault fault, const char* what, std::string_view code = {});

  Connection& connection_;
  RequestParser& parser_;
  const ServerLimits& limits_;
  std::uint64_t limit_;
  std::uint64_t received_ = 0;
  SteadyTime started_{};
  bool has_begun_ = false;
  bool is_broken_ = false;
};

}  // namespace calotype::http
