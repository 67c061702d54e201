#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"

/// Reading foreign bytes by position, checked.
namespace calotype::probe {

/// A part of a file. Every read is checked; what is not there throws unprocessable "image-damaged". Positions are 64
/// bits wide, so that no sum of 32-bit fields can wrap. The name is the type's, for messages; it lives for ever.
class Octets {
 public:
  Octets(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  std::uint64_t size() const { return bytes_.size(); }
  bool has(std::uint64_t at, std::uint64_t count) const { return at <= size() && count <= size() - at; }

  std::uint8_t u8(std::uint64_t at) const { return static_cast<std::uint8_t>(part(at, 1)[0]); }
  std::uint16_t u16be(std::uint64_t at) const { return static_cast<std::uint16_t>(number_be(at, 2)); }
  std::uint32_t u32be(std::uint64_t at) const { return static_cast<std::uint32_t>(number_be(at, 4)); }
  std::uint64_t u64be(std::uint64_t at) const { return number_be(at, 8); }
  std::uint16_t u16le(std::uint64_t at) const { return static_cast<std::uint16_t>(number_le(at, 2)); }
  std::uint32_t u24le(std::uint64_t at) const { return static_cast<std::uint32_t>(number_le(at, 3)); }
  std::uint32_t u32le(std::uint64_t at) const { return static_cast<std::uint32_t>(number_le(at, 4)); }
  std::uint64_t u64le(std::uint64_t at) const { return number_le(at, 8); }

  /// Whether these characters stand there; false where the file is too short.
  bool says(std::uint64_t at, std::string_view text) const {
    return has(at, text.size()) && this->text(at, text.size()) == text;
  }
  std::string_view text(std::uint64_t at, std::uint64_t count) const {
    const auto there = part(at, count);
    return {reinterpret_cast<const char*>(there.data()), there.size()};
  }
  Octets slice(std::uint64_t at, std::uint64_t count) const { return {part(at, count), name_}; }
  /// All that is left from there, at most `count`.
  Octets rest(std::uint64_t at, std::uint64_t count = ~std::uint64_t{0}) const {
    if (at > size()) at = size();
    return {bytes_.subspan(at, std::min<std::uint64_t>(count, size() - at)), name_};
  }
  std::span<const std::byte> view() const { return bytes_; }

  [[noreturn]] void damaged(std::string_view what) const {
    throw Error(Fault::unprocessable, "read " + std::string(name_) + " header: " + std::string(what), "image-damaged");
  }
  /// A variant of the type that no decoder here reads.
  [[noreturn]] void unsupported(std::string_view what) const {
    throw Error(Fault::unprocessable,
                "read " + std::string(name_) + " header: " + std::string(what) + " is not supported",
                "image-unsupported");
  }

 private:
  std::span<const std::byte> part(std::uint64_t at, std::uint64_t count) const {
    if (!has(at, count)) damaged("it is cut off");
    return bytes_.subspan(at, count);
  }
  std::uint64_t number_be(std::uint64_t at, std::size_t width) const {
    std::uint64_t value = 0;
    for (const auto octet : part(at, width)) value = value << 8U | static_cast<std::uint64_t>(octet);
    return value;
  }
  std::uint64_t number_le(std::uint64_t at, std::size_t width) const {
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (const auto octet : part(at, width)) {
      value |= static_cast<std::uint64_t>(octet) << shift;
      shift += 8;
    }
    return value;
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
};

}  // namespace calotype::probe
