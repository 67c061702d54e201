#include "png/header.h"

#include <algorithm>
#include <string_view>

#include <libdeflate.h>

// PNG, third edition, sections 5, 11 and 13.
namespace calotype::png {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1A\n", 8);
constexpr std::size_t kFrame = 12;  ///< of a chunk: length, type, checksum
/// As libpng has it.
constexpr std::uint32_t kMostInSide = 1'000'000;

struct Chunk {
  std::string_view type;
  std::string_view data;
};

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

int octet(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::uint16_t number16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(octet(bytes, at) << 8 | octet(bytes, at + 1));
}
std::uint32_t number32(std::string_view bytes, std::size_t at) {
  return std::uint32_t{number16(bytes, at)} << 16U | number16(bytes, at + 2);
}

bool is_depth_of(Colours colours, int depth) {
  switch (colours) {
    case Colours::grey: return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case Colours::palette: return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case Colours::rgb:
    case Colours::grey_alpha:
    case Colours::rgb_alpha: return depth == 8 || depth == 16;
  }
  return false;
}

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  std::optional<Header> read() {
    if (!file_.starts_with(kSignature)) return std::nullopt;
    for (std::size_t at = kSignature.size(); file_.size() - at >= kFrame;) {
      const std::size_t length = number32(file_, at);
      if (length > file_.size() - at - kFrame) return std::nullopt;
      const Chunk chunk{.type = file_.substr(at + 4, 4), .data = file_.substr(at + 8, length)};
      if (libdeflate_crc32(0, chunk.type.data(), length + 4) != number32(file_, at + 8 + length)) return std::nullopt;
      if (chunk.type == "IEND") return is_whole(chunk) ? std::optional(std::move(header_)) : std::nullopt;
      if (!take(chunk)) return std::nullopt;
      at += length + kFrame;
      is_first_ = false;
    }
    return std::nullopt;
  }

 private:
  bool take(const Chunk& chunk) {
    if (is_first_ != (chunk.type == "IHDR")) return false;
    if (chunk.type == "IHDR") return begin(chunk.data);
    if (chunk.type == "IDAT") return data(chunk.data);
    has_ended_ = has_ended_ || !header_.data.empty();
    if (chunk.type == "PLTE") return palette(chunk.data);
    if (chunk.type == "tRNS") return transparency(chunk.data);
    // Whoever writes another critical chunk means that it must be understood.
    return std::all_of(chunk.type.begin(), chunk.type.end(), is_letter) && chunk.type[0] >= 'a';
  }

  bool is_whole(const Chunk& end) const {
    const bool has_palette = header_.colours != Colours::palette || header_.palette_size > 0;
    return end.data.empty() && header_.data_size > 0 && has_palette;
  }

  bool begin(std::string_view data) {
    if (data.size() != 13) return false;
    const auto width = number32(data, 0);
    const auto height = number32(data, 4);
    if (width < 1 || height < 1 || width > kMostInSide || height > kMostInSide) return false;
    header_.size = {.width = static_cast<int>(width), .height = static_cast<int>(height)};
    header_.depth = octet(data, 8);
    header_.colours = static_cast<Colours>(octet(data, 9));
    const bool is_plain = octet(data, 10) == 0 && octet(data, 11) == 0 && octet(data, 12) == 0;
    return is_plain && is_depth_of(header_.colours, header_.depth);
  }

  bool data(std::string_view data) {
    if (has_ended_) return false;
    header_.data_size += data.size();
    if (!data.empty()) header_.data.push_back(std::as_bytes(std::span(data)));
    return true;
  }

  bool palette(std::string_view data) {
    const bool is_allowed = header_.colours != Colours::grey && header_.colours != Colours::grey_alpha;
    const bool is_in_place = header_.palette_size == 0 && !header_.has_transparency && header_.data.empty();
    const std::size_t count = data.size() / 3;
    if (!is_allowed || !is_in_place || data.size() % 3 != 0 || count < 1 || count > 256) return false;
    if (header_.colours == Colours::palette && count > std::size_t{1} << static_cast<unsigned>(header_.depth))
      return false;
    header_.palette_size = static_cast<int>(count);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < 3; ++c) header_.palette[i][c] = static_cast<std::uint8_t>(data[3 * i + c]);
      header_.palette[i][3] = 255;
    }
    return true;
  }

  bool transparency(std::string_view data) {
    if (header_.has_transparency || !header_.data.empty()) return false;
    header_.has_transparency = true;
    switch (header_.colours) {
      case Colours::palette:
        if (data.empty() || data.size() > static_cast<std::size_t>(header_.palette_size)) return false;
        for (std::size_t i = 0; i < data.size(); ++i) header_.palette[i][3] = static_cast<std::uint8_t>(data[i]);
        return true;
      case Colours::grey:
      case Colours::rgb: {
        const std::size_t count = header_.colours == Colours::grey ? 1 : 3;
        if (data.size() != 2 * count) return false;
        for (std::size_t i = 0; i < count; ++i) header_.transparent[i] = number16(data, 2 * i);
        return true;
      }
      case Colours::grey_alpha:
      case Colours::rgb_alpha: break;
    }
    return false;
  }

  std::string_view file_;
  Header header_;
  bool is_first_ = true;
  bool has_ended_ = false;  ///< a chunk came behind the data
};

}  // namespace

int Header::channels() const {
  switch (colours) {
    case Colours::grey:
    case Colours::palette: return 1;
    case Colours::grey_alpha: return 2;
    case Colours::rgb: return 3;
    case Colours::rgb_alpha: return 4;
  }
  return 1;
}

std::size_t Header::row_bytes() const {
  return (static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels() * depth) + 7) / 8;
}

int Header::pixel_bytes() const { return std::max(1, channels() * depth / 8); }

std::optional<Header> read_header(std::span<const std::byte> file) {
  return Reader({reinterpret_cast<const char*>(file.data()), file.size()}).read();
}

}  // namespace calotype::png
