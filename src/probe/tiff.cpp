#include <unordered_set>

#include "probe/headers.h"
#include "probe/tiff_directory.h"

// TIFF 6.0 and BigTIFF: the first directory is the picture, the others are counted as pages. Raw sensor data, which DNG
// files hold, is refused.
namespace calotype::probe {
namespace {

constexpr std::uint64_t kMaxEntries = 4096;
constexpr int kMaxPages = 10'000;
constexpr std::uint64_t kMaxSamples = 16;

enum Tag : std::uint16_t {
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kPhotometric = 262,
  kOrientation = 274,
  kSamples = 277,
  kExtraSamples = 338,
  kProfile = 34675,
};

struct Page {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint64_t bits = 1;
  std::uint64_t samples = 1;
  std::uint64_t orientation = 1;
  std::optional<std::uint64_t> photometric;
  bool has_extra_alpha = false;
  bool has_profile = false;
};

Page read_page(const Octets& file, const TiffBlock& tiff, const TiffBlock::Directory& directory) {
  if (directory.count > kMaxEntries) file.damaged("a directory has too many entries");
  Page page;
  for (std::uint64_t i = 0; i < directory.count; ++i) {
    const auto entry = tiff.entry(directory, i);
    const auto value = [&](std::uint64_t otherwise) { return tiff.number(entry).value_or(otherwise); };
    switch (entry.tag) {
      case kWidth: page.width = value(0); break;
      case kHeight: page.height = value(0); break;
      case kBits: page.bits = value(0); break;
      case kPhotometric: page.photometric = value(~std::uint64_t{0}); break;
      case kOrientation: page.orientation = value(1); break;
      case kSamples: page.samples = value(0); break;
      case kExtraSamples: page.has_extra_alpha = value(0) == 1 || value(0) == 2; break;
      case kProfile: page.has_profile = true; break;
      default: break;
    }
  }
  return page;
}

/// How many channels carry colour; what is over them is alpha.
std::uint64_t read_colours(const Octets& file, const Page& page, ImageInfo& info) {
  switch (page.photometric.value_or(page.samples >= 3 ? 2 : 1)) {
    case 0:
    case 1: info.colour_space = ColourSpace::grey; return 1;
    case 3: return 1;  // palette
    case 2:
    case 6:
    case 8:
    case 9: return 3;  // RGB, YCbCr, CIELab, ICCLab
    case 5: info.colour_space = ColourSpace::cmyk; return 4;
    default: file.unsupported("such a colour space");
  }
}

int count_pages(const Octets& file, const TiffBlock& tiff, std::uint64_t next) {
  std::unordered_set<std::uint64_t> seen{tiff.first_directory()};
  int pages = 1;
  while (next != 0 && pages < kMaxPages) {
    if (!seen.insert(next).second) file.damaged("its directories go in a circle");
    if (!file.has(next, 2)) break;
    next = tiff.directory(next).next;
    ++pages;
  }
  return pages;
}

}  // namespace

ImageInfo read_tiff(const Octets& file) {
  const auto tiff = TiffBlock::open(file);
  if (!tiff) file.damaged("its head is cut off");
  const auto first = tiff->directory(tiff->first_directory());
  const auto page = read_page(file, *tiff, first);
  ImageInfo info{.format = ImageFormat::tiff};
  info.size = checked_size(file, page.width, page.height);
  if (page.samples == 0 || page.samples > kMaxSamples) file.unsupported("such a number of channels");
  switch (page.bits) {
    case 1:
    case 2:
    case 4:
    case 8:
    case 16:
    case 32:
    case 64: info.bit_depth = static_cast<int>(page.bits); break;
    default: file.unsupported("such a number of bits");
  }
  const auto colours = read_colours(file, page, info);
  if (page.samples < colours) file.damaged("it has fewer channels than colours");
  info.has_alpha = page.has_extra_alpha || page.samples > colours;
  info.has_profile = page.has_profile;
  info.orientation = page.orientation >= 1 && page.orientation <= 8 ? static_cast<int>(page.orientation) : 1;
  info.frames = count_pages(file, *tiff, first.next);
  return info;
}

}  // namespace calotype::probe
