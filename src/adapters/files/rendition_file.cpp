#include "adapters/files/rendition_file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace calotype::rendition_file {

namespace {

/// The head: mark, key, slot, look, and four octets each for format, width, height, frames.
constexpr std::string_view kMark = "calrend2";
constexpr std::size_t kKeyAt = 8;
constexpr std::size_t kSlotAt = kKeyAt + 32;
constexpr std::size_t kLookAt = kSlotAt + 32;
constexpr std::size_t kNumbersAt = kLookAt + 32;
constexpr std::size_t kHashSize = 32;
static_assert(kNumbersAt + 4 * 4 == kHeadSize);

void put_number(std::string& text, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(number >> shift & 0xff);
}

std::uint32_t get_number(std::string_view text) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  }
  return number;
}

Digest get_digest(std::string_view text) {
  Digest digest;
  std::memcpy(digest.octets.data(), text.data(), digest.octets.size());
  return digest;
}

/// Where the numbers say no format that there is: nullopt.
std::optional<ImageFormat> get_format(std::string_view text) {
  const auto number = get_number(text);
  const auto is_it = [&](ImageFormat known) { return static_cast<std::uint32_t>(known) == number; };
  if (std::ranges::none_of(kImageFormats, is_it) && std::ranges::none_of(kInfoFormats, is_it)) return std::nullopt;
  return static_cast<ImageFormat>(number);
}

}  // namespace

std::size_t size_of(const Rendition& rendition) { return kHeadSize + rendition.body.size() + kHashSize; }

std::string encode(const RenditionKey& key, const Rendition& rendition) {
  std::string text;
  text.reserve(size_of(rendition));
  text += kMark;
  text += key.text();
  text += rendition.lineage.slot.text();
  text += rendition.lineage.look.text();
  put_number(text, static_cast<std::uint32_t>(rendition.format));
  put_number(text, static_cast<std::uint32_t>(rendition.size.width));
  put_number(text, static_cast<std::uint32_t>(rendition.size.height));
  put_number(text, static_cast<std::uint32_t>(rendition.frames));
  text += rendition.body.text();
  const auto hash = Digest::of(text);
  text += hash.text();
  return text;
}

std::optional<Traits> read_head(const RenditionKey& key, std::string_view head) {
  if (head.size() < kHeadSize || !head.starts_with(kMark) || head.substr(kKeyAt, 32) != key.text()) return std::nullopt;
  const auto numbers = head.substr(kNumbersAt);
  const auto format = get_format(numbers);
  if (!format) return std::nullopt;
  Traits traits{.format = *format, .size = {}, .lineage = {}};
  traits.size.width = static_cast<int>(get_number(numbers.substr(4)));
  traits.size.height = static_cast<int>(get_number(numbers.substr(8)));
  traits.lineage.slot = get_digest(head.substr(kSlotAt));
  traits.lineage.look = get_digest(head.substr(kLookAt));
  return traits;
}

std::optional<Rendition> decode(const RenditionKey& key, std::string text) {
  const std::string_view all = text;
  if (all.size() < kHeadSize + kHashSize) return std::nullopt;
  const auto signed_part = all.substr(0, all.size() - kHashSize);
  const auto hash = Digest::of(signed_part);
  if (all.substr(signed_part.size()) != hash.text()) return std::nullopt;
  const auto head = read_head(key, all);
  if (!head) return std::nullopt;
  Rendition rendition{.format = head->format, .size = head->size, .lineage = head->lineage};
  rendition.frames = static_cast<int>(get_number(all.substr(kNumbersAt + 12)));
  const auto body_size = signed_part.size() - kHeadSize;
  rendition.body = Bytes::from(std::move(text)).slice(kHeadSize, body_size);
  return rendition;
}

}  // namespace calotype::rendition_file
