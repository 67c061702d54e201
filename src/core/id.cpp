#include "core/id.h"

#include <algorithm>

#include <openssl/rand.h>

#include "core/error.h"

namespace calotype {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Random octets, got many at a time: the generator's fixed cost would be a tenth of a small request's.
class RandomOctets {
 public:
  template <std::size_t Count>
  void take(std::array<std::uint8_t, Count>& into) {
    if (kept_.size() - at_ < Count) refill();
    std::copy_n(kept_.begin() + static_cast<std::ptrdiff_t>(at_), Count, into.begin());
    at_ += Count;
  }

 private:
  void refill() {
    if (RAND_bytes(kept_.data(), static_cast<int>(kept_.size())) != 1) {
      throw Error(Fault::internal, "make a uuid: the random generator failed");
    }
    at_ = 0;
  }

  std::array<std::uint8_t, 4096> kept_{};
  std::size_t at_ = kept_.size();
};

constexpr bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

Uuid Uuid::random() {
  Uuid uuid;
  thread_local RandomOctets octets;
  octets.take(uuid.octets);
  uuid.octets[6] = static_cast<std::uint8_t>((uuid.octets[6] & 0x0f) | 0x40);
  uuid.octets[8] = static_cast<std::uint8_t>((uuid.octets[8] & 0x3f) | 0x80);
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t octet = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      ++i;
      continue;
    }
    const int high = digit_of(text[i]);
    const int low = digit_of(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.octets[octet++] = static_cast<std::uint8_t>(high * 16 + low);
    i += 2;
  }
  return uuid;
}

std::string Uuid::text() const {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(36, '-');
  std::size_t at = 0;
  for (const auto octet : octets) {
    if (is_dash_position(at)) ++at;
    text[at++] = kDigits[octet >> 4];
    text[at++] = kDigits[octet & 15];
  }
  return text;
}

}  // namespace calotype
