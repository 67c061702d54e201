#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace calotype {

/// Immutable bytes, shared by whoever needs them: a string, a mapped file or a worker's output. Copying copies a
/// pointer. Thread: safe to read and copy from any.
class Bytes {
 public:
  Bytes() = default;
  Bytes(std::shared_ptr<const void> owner, std::span<const std::byte> view) : owner_(std::move(owner)), view_(view) {}

  /// Takes over the text's memory.
  static Bytes from(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    const auto view = std::as_bytes(std::span(*owner));
    return {std::move(owner), view};
  }

  std::span<const std::byte> view() const { return view_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(view_.data()), view_.size()}; }
  std::size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  /// What keeps them: to know later whether they are still there.
  std::weak_ptr<const void> owner() const { return owner_; }
  /// A part of these bytes that keeps all of them alive. Throws std::out_of_range.
  Bytes slice(std::size_t offset, std::size_t count) const {
    if (offset > size() || count > size() - offset) throw std::out_of_range("slice of bytes");
    return {owner_, view_.subspan(offset, count)};
  }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> view_;
};

}  // namespace calotype
