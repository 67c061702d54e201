#include "probe/probe.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "probe/headers.h"

namespace calotype::probe {
namespace {

constexpr std::uint64_t kMaxBrands = 64;

bool is_one_of(std::string_view brand, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), brand) != list.end();
}

/// ISO base media files name their kinds in `ftyp`: a major brand and compatible ones.
std::optional<ImageFormat> sniff_brands(const Octets& head) {
  if (!head.says(4, "ftyp") || !head.has(0, 16)) return std::nullopt;
  const std::uint64_t length = head.u32be(0);
  if (length < 16) return std::nullopt;
  bool is_heic = false;
  for (std::uint64_t at = 8; at + 4 <= length && head.has(at, 4) && at < 8 + 4 * kMaxBrands; at += at == 8 ? 8 : 4) {
    const auto brand = head.text(at, 4);
    if (is_one_of(brand, {"avif", "avis"})) return ImageFormat::avif;
    is_heic = is_heic || is_one_of(brand, {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"});
  }
  return is_heic ? std::optional(ImageFormat::heic) : std::nullopt;
}

}  // namespace

Size checked_size(const Octets& file, std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0) file.damaged("it has no pixels");
  if (width > kMaxSide || height > kMaxSide) {
    throw Error(Fault::unprocessable,
                "read an image header: " + std::to_string(width) + "x" + std::to_string(height) + " pixels, at most " +
                    std::to_string(kMaxSide) + " a side",
                "image-too-large");
  }
  return {.width = static_cast<int>(width), .height = static_cast<int>(height)};
}

std::optional<ImageFormat> sniff(std::span<const std::byte> bytes) {
  using namespace std::string_view_literals;
  const Octets head(bytes, "image");
  if (head.says(0, "\xff\xd8\xff"sv)) return ImageFormat::jpg;
  if (head.says(0, "\x89PNG\r\n\x1a\n"sv)) return ImageFormat::png;
  if (head.says(0, "GIF87a"sv) || head.says(0, "GIF89a"sv)) return ImageFormat::gif;
  if (head.says(0, "RIFF"sv) && head.says(8, "WEBP"sv)) return ImageFormat::webp;
  for (const auto magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
    if (head.says(0, magic)) return ImageFormat::tiff;
  }
  if (head.says(0, "%PDF-"sv)) return ImageFormat::pdf;
  return sniff_brands(head);
}

ImageInfo probe(std::span<const std::byte> file) {
  const auto format = sniff(file);
  if (!format) throw Error(Fault::unsupported, "read an image header: no type of picture that is read here");
  const Octets octets(file, name_of(*format));
  switch (*format) {
    case ImageFormat::jpg: return read_jpeg(octets);
    case ImageFormat::png: return read_png(octets);
    case ImageFormat::gif: return read_gif(octets);
    case ImageFormat::webp: return read_webp(octets);
    case ImageFormat::tiff: return read_tiff(octets);
    case ImageFormat::avif:
    case ImageFormat::heic: return read_heif(octets);
    case ImageFormat::pdf: throw Error(Fault::unsupported, "read an image header: it is a PDF, a document", "document");
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: break;  // nothing begins like these
  }
  std::abort();
}

}  // namespace calotype::probe
