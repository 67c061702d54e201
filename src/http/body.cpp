#include "http/body.h"

#include <algorithm>

#include "http/problem.h"

namespace calotype::http {

namespace {

constexpr std::size_t kLeastRead = 16 * 1024;
constexpr std::size_t kMostFraming = 32 * 1024;  // a chunk's head with its extensions, or the trailers
constexpr std::uint64_t kMostDiscarded = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

RequestBody::RequestBody(Connection& connection, RequestParser& parser, const ServerLimits& limits)
    : connection_(connection), parser_(parser), limits_(limits), limit_(limits.body_bytes) {}

void RequestBody::fail(Fault fault, const char* what, std::string_view code) {
  is_broken_ = true;
  throw Error(fault, std::string("read the body: ") + what, std::string(code));
}

Task<std::size_t> RequestBody::read(std::span<std::byte> into) {
  if (is_broken_) fail(Fault::invalid, "it has failed before");
  if (parser_.is_done() || into.empty()) co_return 0;
  if (parser_.announced().value_or(0) > limit_) fail(Fault::too_large, "larger than allowed");
  if (!has_begun_) {
    has_begun_ = true;
    started_ = std::chrono::steady_clock::now();
    if (parser_.expects_continue() && connection_.input().empty()) {
      const auto outcome = co_await connection_.send(kContinue, {}, limits_.write_stall, false);
      if (outcome != Connection::Outcome::done) fail(Fault::invalid, "the client went away");
    }
  }
  for (;;) {
    const auto count = take_input(into);
    if (count) co_return *count;
    co_await take_more(std::max(into.size(), kLeastRead));
  }
}

/// From what has already come; nullopt when that is not enough.
std::optional<std::size_t> RequestBody::take_input(std::span<std::byte> into) {
  const auto input = connection_.input();
  if (input.empty()) return std::nullopt;
  const auto fed = parser_.feed_body(input, into);
  connection_.use_up(fed.used);
  received_ += fed.produced;
  if (fed.is_wrong) fail(Fault::invalid, "the framing is wrong");
  if (received_ > limit_) fail(Fault::too_large, "larger than allowed");
  if (fed.produced > 0) return fed.produced;
  if (parser_.is_done()) return 0;
  if (connection_.input().size() > kMostFraming) fail(Fault::invalid, "a chunk's head or the trailers are too long");
  return std::nullopt;
}

Task<> RequestBody::take_more(std::size_t most) {
  const auto earned = Milliseconds(received_ * 1000 / std::max<std::uint64_t>(limits_.least_body_rate, 1));
  connection_.set_deadline(started_ + limits_.body_grace + earned);
  const auto outcome = co_await connection_.receive(most, false);
  switch (outcome) {
    case Connection::Outcome::done: co_return;
    case Connection::Outcome::timed_out: fail(Fault::timed_out, "it comes too slowly", kSlowBody);
    case Connection::Outcome::ended: fail(Fault::invalid, "the client ended it early");
    case Connection::Outcome::failed: fail(Fault::invalid, "the client went away");
  }
}

bool RequestBody::is_worth_discarding() const {
  if (is_broken_ || (parser_.expects_continue() && !has_begun_)) return false;
  return parser_.remaining().value_or(kMostDiscarded + 1) <= kMostDiscarded;
}

Task<bool> RequestBody::discard() {
  std::vector<std::byte> unwanted(kLeastRead);
  try {
    for (;;) {
      const auto count = co_await read(unwanted);
      if (count == 0) co_return true;
    }
  } catch (const Error&) {
    co_return false;
  }
}

}  // namespace calotype::http
