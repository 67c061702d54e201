#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "core/error.h"
#include "http/message.h"

namespace calotype {

/// A request's body out of a string, in pieces of at most `piece` bytes.
class MemoryBody final : public http::BodyReader {
 public:
  explicit MemoryBody(std::string text, std::size_t piece = 1000, bool is_announced = true)
      : text_(std::move(text)), piece_(piece), is_announced_(is_announced) {}

  std::optional<std::uint64_t> announced() const override {
    return is_announced_ ? std::optional<std::uint64_t>(text_.size()) : std::nullopt;
  }
  void limit(std::uint64_t bytes) override { limit_ = std::min(limit_, bytes); }
  Task<std::size_t> read(std::span<std::byte> into) override {
    const auto count = std::min({into.size(), piece_, text_.size() - at_});
    if (at_ + count > limit_) throw Error(Fault::too_large, "read the body: it is too large");
    std::memcpy(into.data(), text_.data() + at_, count);
    at_ += count;
    co_return count;
  }

  /// How much was asked for.
  std::size_t taken() const { return at_; }

 private:
  std::string text_;
  std::size_t piece_;
  bool is_announced_;
  std::uint64_t limit_ = UINT64_MAX;
  std::size_t at_ = 0;
};

}  // namespace calotype
