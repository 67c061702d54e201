#include "adapters/files/rendition_file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace calotype::rendition_file {

namespace {

constexpr std::string_view kMark = "calrend1";
/// Format, width, height, frames: four octets each.
constexpr std::size_t kNumbers = 4;
constexpr std::size_t kHeadSize = 8 + 32 + kNumbers * 4;
constexpr std::size_t kHashSize = 32;

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

std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.octets.data()), digest.octets.size()};
}

}  // namespace

std::size_t size_of(const Rendition& rendition) { return kHeadSize + rendition.body.size() + kHashSize; }

std::string encode(const RenditionKey& key, const Rendition& rendition) {
  std::string text;
  text.reserve(size_of(rendition));
  text += kMark;
  text += view_of(key);
  put_number(text, static_cast<std::uint32_t>(rendition.format));
  put_number(text, static_cast<std::uint32_t>(rendition.size.width));
  put_number(text, static_cast<std::uint32_t>(rendition.size.height));
  put_number(text, static_cast<std::uint32_t>(rendition.frames));
  text += rendition.body.text();
  const auto hash = Digest::of(text);
  text += view_of(hash);
  return text;
}

std::optional<Rendition> decode(const RenditionKey& key, std::string text) {
  const std::string_view all = text;
  if (all.size() < kHeadSize + kHashSize) return std::nullopt;
  const auto signed_part = all.substr(0, all.size() - kHashSize);
  const auto hash = Digest::of(signed_part);
  if (all.substr(signed_part.size()) != view_of(hash)) return std::nullopt;
  if (!all.starts_with(kMark) || all.substr(kMark.size(), 32) != view_of(key)) return std::nullopt;
  const auto numbers = all.substr(kMark.size() + 32);
  const auto format = get_number(numbers);
  const auto is_known = [&](ImageFormat known) { return static_cast<std::uint32_t>(known) == format; };
  if (std::none_of(kImageFormats.begin(), kImageFormats.end(), is_known)) return std::nullopt;
  Rendition rendition{.format = static_cast<ImageFormat>(format)};
  rendition.size.width = static_cast<int>(get_number(numbers.substr(4)));
  rendition.size.height = static_cast<int>(get_number(numbers.substr(8)));
  rendition.frames = static_cast<int>(get_number(numbers.substr(12)));
  const auto body_size = signed_part.size() - kHeadSize;
  rendition.body = Bytes::from(std::move(text)).slice(kHeadSize, body_size);
  return rendition;
}

}  // namespace calotype::rendition_file
