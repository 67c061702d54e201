#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace calotype {

/// The SHA-256 of some bytes.
struct Digest {
  std::array<std::uint8_t, 32> octets{};

  static Digest of(std::span<const std::byte> bytes);
  static Digest of(std::string_view text) { return of(std::as_bytes(std::span(text))); }
  /// nullopt unless the text is 64 hexadecimal digits in lower case.
  static std::optional<Digest> parse(std::string_view hex);
  std::string hex() const;
  /// The bytes themselves, as text.
  std::string_view text() const { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

  auto operator<=>(const Digest&) const = default;
};

/// HMAC-SHA256 of a text. Thread: any.
Digest hmac(std::string_view key, std::string_view text);
/// Whether two are the same, in a time that does not say where they differ.
bool is_equal_in_constant_time(const Digest& a, const Digest& b);

/// Bytes for secrets, from the system's generator. Thread: any.
std::string random_octets(std::size_t count);

/// What an original's bytes are stored under.
using ContentHash = Digest;

using Md5 = std::array<std::uint8_t, 16>;

/// Hashes a stream as it passes: SHA-256 always, MD5 beside it (the API's Content-MD5). Thread: one at a time.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void add(std::span<const std::byte> bytes);
  std::uint64_t count() const { return count_; }
  struct Result {
    Digest sha256;
    Md5 md5;
  };
  /// Call once, at the end.
  Result finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t count_ = 0;
};

}  // namespace calotype

template <>
struct std::hash<calotype::Digest> {
  std::size_t operator()(const calotype::Digest& digest) const noexcept {
    // The last octets: keys of renditions of one original begin alike.
    std::size_t value = 0;
    for (std::size_t i = digest.octets.size() - sizeof value; i < digest.octets.size(); ++i) {
      value = value << 8 | digest.octets[i];
    }
    return value;
  }
};
