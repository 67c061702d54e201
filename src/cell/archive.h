#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/error.h"

/// Two archives with the same verbs. A value is described once (`describe(archive, value)`), and that one description
/// both writes and reads it: the two cannot drift apart. Little-endian, no padding, no names.
namespace calotype::cell {

/// Appends to a text. Never fails: what is out of range is the reader's to refuse.
class Writer {
 public:
  static constexpr bool kReads = false;
  std::string take() { return std::move(out_); }

  void flag(bool value) { out_.push_back(value ? '\1' : '\0'); }

  template <class Integer>
  void number(Integer value, std::int64_t = 0, std::int64_t = 0) {
    auto bits = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(Integer); ++i, bits >>= 8U) out_.push_back(static_cast<char>(bits & 0xffU));
  }

  void real(double value, double = 0, double = 0) { number(std::bit_cast<std::uint64_t>(value)); }

  template <class Enum>
  void choice(Enum value, Enum) {
    out_.push_back(static_cast<char>(value));
  }

  void text(const std::string& value, std::size_t) {
    number(static_cast<std::uint32_t>(value.size()));
    out_ += value;
  }

  template <class T, class Each>
  void list(const std::vector<T>& values, std::size_t, Each each) {
    number(static_cast<std::uint32_t>(values.size()));
    for (const auto& value : values) each(value);
  }

  template <class T, class Each>
  void maybe(const std::optional<T>& value, Each each) {
    flag(value.has_value());
    if (value) each(*value);
  }

 private:
  std::string out_;
};

/// Reads what Writer wrote and believes none of it: every number has a range, every list a bound, every enumerator a
/// last one. Throws internal at the first thing that does not fit.
class Reader {
 public:
  static constexpr bool kReads = true;
  explicit Reader(std::string_view in) : in_(in) {}

  std::size_t left() const { return in_.size(); }
  void finish() const {
    if (!in_.empty()) refuse("bytes after the end");
  }

  void flag(bool& value) {
    const auto octet = byte();
    if (octet > 1) refuse("a flag that is neither 0 nor 1");
    value = octet == 1;
  }

  template <class Integer>
  void number(Integer& value, std::int64_t least = std::numeric_limits<std::int64_t>::min(),
              std::int64_t most = std::numeric_limits<std::int64_t>::max()) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i) bits |= std::uint64_t{byte()} << (8 * i);
    value = static_cast<Integer>(bits);
    if constexpr (std::is_signed_v<Integer>) {
      if (value < least || value > most) refuse("a number out of range");
    } else {
      if (bits > static_cast<std::uint64_t>(most)) refuse("a number out of range");
    }
  }

  void real(double& value, double least = -1e12, double most = 1e12) {
    std::uint64_t bits = 0;
    number(bits, 0, -1);
    value = std::bit_cast<double>(bits);
    if (!(value >= least && value <= most)) refuse("a real number out of range");
  }

  template <class Enum>
  void choice(Enum& value, Enum last) {
    const auto octet = byte();
    if (octet > static_cast<std::uint8_t>(last)) refuse("an unknown choice");
    value = static_cast<Enum>(octet);
  }

  void text(std::string& value, std::size_t most) {
    const auto length = count(most, 1);
    value = in_.substr(0, length);
    in_.remove_prefix(length);
  }

  template <class T, class Each>
  void list(std::vector<T>& values, std::size_t most, Each each) {
    values.resize(count(most, 1));
    for (auto& value : values) each(value);
  }

  template <class T, class Each>
  void maybe(std::optional<T>& value, Each each) {
    bool has = false;
    flag(has);
    value.reset();
    if (has) each(value.emplace());
  }

  [[noreturn]] static void refuse(const char* what) {
    throw Error(Fault::internal, std::string("decode message between server and worker: ") + what);
  }

 private:
  std::uint8_t byte() {
    if (in_.empty()) refuse("cut off");
    const auto octet = static_cast<std::uint8_t>(in_.front());
    in_.remove_prefix(1);
    return octet;
  }

  /// A length that the remaining bytes can hold: nothing is allocated on the sender's word alone.
  std::size_t count(std::size_t most, std::size_t least_bytes_each) {
    std::uint32_t value = 0;
    number(value);
    if (value > most || value > in_.size() / least_bytes_each) refuse("a list that is too long");
    return value;
  }

  std::string_view in_;
};

}  // namespace calotype::cell
