#include "planar/jpeg_header.h"

#include <algorithm>

namespace calotype::planar {
namespace {

// Markers, by the last byte.
constexpr int kSof0 = 0xC0;
constexpr int kSof1 = 0xC1;
constexpr int kSof2 = 0xC2;
constexpr int kDht = 0xC4;
constexpr int kRst0 = 0xD0;
constexpr int kSoi = 0xD8;
constexpr int kEoi = 0xD9;
constexpr int kSos = 0xDA;
constexpr int kDqt = 0xDB;
constexpr int kDri = 0xDD;
constexpr int kApp0 = 0xE0;
constexpr int kApp1 = 0xE1;
constexpr int kApp2 = 0xE2;
constexpr int kApp13 = 0xED;
constexpr int kApp14 = 0xEE;
constexpr int kCom = 0xFE;

/// The payload of one segment, read from the front; `is_good` turns false where it ends too early.
class Octets {
 public:
  explicit Octets(std::string_view bytes) : bytes_(bytes) {}

  int u8() {
    if (at_ >= bytes_.size()) {
      is_good_ = false;
      return 0;
    }
    return static_cast<unsigned char>(bytes_[at_++]);
  }
  int u16() {
    const int high = u8();
    return high << 8 | u8();
  }
  bool is_good() const { return is_good_; }
  bool is_at_end() const { return at_ >= bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool is_good_ = true;
};

/// How much is known of every coefficient while one scan comes after another (ITU-T T.81, G.1.1.1).
class Progress {
 public:
  explicit Progress(std::size_t components) : components_(components) {
    for (auto& of_one : missing_) of_one.fill(kUnknown);
  }

  /// False where the scan does not follow from those before it.
  bool take(const ProgressiveScan& scan) {
    constexpr int kMostLow = 13;
    const bool is_dc = scan.first == 0;
    const bool is_band = is_dc ? scan.last == 0 : scan.last >= scan.first && scan.last <= 63 && scan.count == 1;
    const bool is_step = scan.high == 0 || scan.low == scan.high - 1;
    if (!is_band || !is_step || scan.low > kMostLow) return false;
    for (std::size_t i = 0; i < scan.count; ++i) {
      auto& missing = missing_[scan.part[i]];
      if (!is_dc && missing[0] == kUnknown) return false;
      for (int step = scan.first; step <= scan.last; ++step) {
        int& bits = missing[static_cast<std::size_t>(step)];
        if (bits != (scan.high == 0 ? kUnknown : scan.high)) return false;
        bits = scan.low;
      }
    }
    return true;
  }

  bool is_complete() const {
    return std::all_of(missing_.begin(), missing_.begin() + static_cast<std::ptrdiff_t>(components_),
                       [](const auto& of_one) {
                         return std::all_of(of_one.begin(), of_one.end(), [](int bits) { return bits == 0; });
                       });
  }

 private:
  static constexpr int kUnknown = -1;
  std::array<std::array<int, 64>, 3> missing_{};
  std::size_t components_;
};

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  std::optional<JpegHeader> read() {
    if (file_.size() < 4 || byte(0) != 0xFF || byte(1) != kSoi) return std::nullopt;
    std::size_t at = 2;
    while (at + 4 <= file_.size()) {
      // Fill bytes and strays between segments are rare, and libjpeg-turbo warns of them: not ours.
      if (byte(at) != 0xFF) return std::nullopt;
      const int marker = byte(at + 1);
      const std::size_t length = static_cast<std::size_t>(byte(at + 2)) << 8U | static_cast<std::size_t>(byte(at + 3));
      if (length < 2 || length > file_.size() - at - 2) return std::nullopt;
      const std::string_view payload = file_.substr(at + 4, length - 2);
      at += 2 + length;
      if (marker == kSos) {
        if (!start_of_scan(payload, at)) return std::nullopt;
        if (header_.is_progressive) header_.scans = progressive_scans(payload, at);
        return std::move(header_);
      }
      if (!segment(marker, payload)) return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  int byte(std::size_t at) const { return static_cast<unsigned char>(file_[at]); }

  bool segment(int marker, std::string_view payload) {
    switch (marker) {
      case kSof0:
      case kSof1:
      case kSof2: header_.is_progressive = marker == kSof2; return frame(payload);
      case kDht: return huffman(payload);
      case kDqt: return quantisation(payload);
      case kDri: {
        Octets in(payload);
        header_.restart_interval = in.u16();
        return in.is_good() && in.is_at_end();
      }
      case kApp0: is_jfif_ = is_jfif_ || payload.starts_with(std::string_view("JFIF\0", 5)); return true;
      case kApp1:
        note(payload, std::string_view("Exif\0\0", 6), header_.exif);
        note(payload, std::string_view("http://ns.adobe.com/xap/1.0/\0", 29), header_.xmp);
        return true;
      case kApp2: note(payload, std::string_view("ICC_PROFILE\0", 12), header_.profile); return true;
      case kApp13: note(payload, std::string_view("Photoshop 3.0\0", 14), header_.photoshop); return true;
      case kApp14: return adobe(payload);
      case kCom: return true;
      default: return marker > kApp2 && marker < 0xF0;
    }
  }

  static void note(std::string_view payload, std::string_view name, std::vector<std::string_view>& into) {
    if (payload.starts_with(name)) into.push_back(payload.substr(name.size()));
  }

  bool adobe(std::string_view payload) {
    if (!payload.starts_with("Adobe") || payload.size() < 12) return true;
    adobe_transform_ = static_cast<unsigned char>(payload[11]);
    return true;
  }

  bool frame(std::string_view payload) {
    if (!header_.components.empty()) return false;
    Octets in(payload);
    const int precision = in.u8();
    header_.size.height = in.u16();
    header_.size.width = in.u16();
    const int count = in.u8();
    if (precision != 8 || header_.size.width < 1 || header_.size.height < 1 || (count != 1 && count != 3)) return false;
    for (int i = 0; i < count; ++i) {
      Component component{.id = in.u8()};
      const int factors = in.u8();
      component.across = factors >> 4;
      component.down = factors & 15;
      component.quantisation = in.u8();
      if (component.quantisation > 3) return false;
      header_.components.push_back(component);
    }
    return in.is_good() && in.is_at_end() && is_sampling_ours();
  }

  bool is_sampling_ours() const {
    const auto& parts = header_.components;
    const auto is_single = [](const Component& c) { return c.across == 1 && c.down == 1; };
    if (parts.size() == 1) return is_single(parts[0]);
    const bool is_half_or_full =
        parts[0].across >= 1 && parts[0].across <= 2 && parts[0].down >= 1 && parts[0].down <= 2;
    const bool are_ids_distinct =
        parts[0].id != parts[1].id && parts[0].id != parts[2].id && parts[1].id != parts[2].id;
    return is_half_or_full && is_single(parts[1]) && is_single(parts[2]) && are_ids_distinct;
  }

  bool huffman(std::string_view payload) {
    Octets in(payload);
    while (!in.is_at_end()) {
      const int which = in.u8();
      const int number = which & 15;
      if (which >> 4 > 1 || number > 3) return false;
      HuffmanSpec spec;
      int code = 0;
      for (std::size_t length = 1; length <= 16; ++length) {
        spec.counts[length] = static_cast<std::uint8_t>(in.u8());
        spec.total += spec.counts[length];
        // A code of ones alone is not allowed; nor are more codes than there is room for.
        code += spec.counts[length];
        if (code > (1 << length) - 1) return false;
        code <<= 1;
      }
      if (spec.total < 1 || spec.total > 256) return false;
      for (int i = 0; i < spec.total; ++i)
        spec.symbols[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(in.u8());
      if (!in.is_good()) return false;
      (which >> 4 == 0 ? header_.dc : header_.ac)[static_cast<std::size_t>(number)] = spec;
    }
    return true;
  }

  bool quantisation(std::string_view payload) {
    Octets in(payload);
    while (!in.is_at_end()) {
      const int which = in.u8();
      if (which >> 4 > 1 || (which & 15) > 3) return false;
      auto& table = header_.quantisation[static_cast<std::size_t>(which & 15)];
      for (auto& step : table) step = static_cast<std::uint16_t>(which >> 4 == 0 ? in.u8() : in.u16());
      if (!in.is_good()) return false;
    }
    return true;
  }

  /// As libjpeg decides it.
  bool is_ycbcr() const {
    if (header_.is_grey() || is_jfif_) return true;
    if (adobe_transform_) return *adobe_transform_ == 1;
    const auto& parts = header_.components;
    return parts[0].id == 1 && parts[1].id == 2 && parts[2].id == 3;
  }

  bool start_of_scan(std::string_view payload, std::size_t after) {
    auto& parts = header_.components;
    if (parts.empty() || !is_ycbcr()) return false;
    header_.scan = after;
    if (header_.is_progressive) return true;
    Octets in(payload);
    if (in.u8() != static_cast<int>(parts.size())) return false;
    for (auto& part : parts) {
      if (in.u8() != part.id) return false;
      const int tables = in.u8();
      part.dc_table = tables >> 4;
      part.ac_table = tables & 15;
      if (part.dc_table > 3 || part.ac_table > 3) return false;
      if (header_.dc[static_cast<std::size_t>(part.dc_table)].total == 0) return false;
      if (header_.ac[static_cast<std::size_t>(part.ac_table)].total == 0) return false;
      const auto& steps = header_.quantisation[static_cast<std::size_t>(part.quantisation)];
      if (std::find(steps.begin(), steps.end(), 0) != steps.end()) return false;
    }
    const bool is_whole = in.u8() == 0 && in.u8() == 63 && in.u8() == 0;
    return is_whole && in.is_good() && in.is_at_end();
  }

  /// Of the whole file, the first of which is known; none where one is out of order.
  std::vector<ProgressiveScan> progressive_scans(std::string_view payload, std::size_t at) {
    constexpr std::size_t kMost = 64;
    std::vector<ProgressiveScan> scans;
    Progress progress(header_.components.size());
    while (scans.size() < kMost) {
      auto scan = progressive_scan(payload);
      if (!scan || !progress.take(*scan)) return {};
      scan->begin = at;
      scan->restart_interval = header_.restart_interval;
      scans.push_back(*scan);
      const auto next = to_next_scan(at);
      if (!next) return {};
      if (next->empty()) return progress.is_complete() ? scans : std::vector<ProgressiveScan>{};
      payload = *next;
    }
    return {};
  }

  /// The payload of the next scan's header, and `at` behind it; empty at the end of the picture.
  std::optional<std::string_view> to_next_scan(std::size_t& at) {
    // Data with what is stuffed between, and restarts.
    while (at + 1 < file_.size()) {
      const auto mark = file_.find('\xFF', at);
      if (mark == std::string_view::npos || mark + 1 >= file_.size()) return std::nullopt;
      const int marker = byte(mark + 1);
      at = mark + 2;
      if (marker == 0 || (marker >= kRst0 && marker < kRst0 + 8)) continue;
      at = mark;
      break;
    }
    while (at + 2 <= file_.size() && byte(at) == 0xFF) {
      const int marker = byte(at + 1);
      if (marker == kEoi) return std::string_view();
      if (at + 4 > file_.size()) return std::nullopt;
      const std::size_t length = static_cast<std::size_t>(byte(at + 2)) << 8U | static_cast<std::size_t>(byte(at + 3));
      if (length < 3 || length > file_.size() - at - 2) return std::nullopt;
      const std::string_view payload = file_.substr(at + 4, length - 2);
      at += 2 + length;
      if (marker == kSos) return payload;
      const bool is_known = marker == kDht || marker == kDri || marker == kCom || (marker >= kApp0 && marker < 0xF0);
      if (!is_known) return std::nullopt;
      if ((marker == kDht || marker == kDri) && !segment(marker, payload)) return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<ProgressiveScan> progressive_scan(std::string_view payload) const {
    const auto& parts = header_.components;
    Octets in(payload);
    ProgressiveScan scan;
    scan.count = static_cast<std::size_t>(in.u8());
    if (scan.count < 1 || scan.count > parts.size()) return std::nullopt;
    std::array<int, 3> tables{};
    std::size_t next = 0;
    for (std::size_t i = 0; i < scan.count; ++i) {
      const int id = in.u8();
      while (next < parts.size() && parts[next].id != id) ++next;
      if (next == parts.size()) return std::nullopt;
      scan.part[i] = next++;
      tables[i] = in.u8();
    }
    scan.first = in.u8();
    scan.last = in.u8();
    const int bits = in.u8();
    scan.high = bits >> 4;
    scan.low = bits & 15;
    if (!in.is_good() || !in.is_at_end()) return std::nullopt;
    for (std::size_t i = 0; i < scan.count; ++i) {
      if (scan.is_dc() && scan.high > 0) break;
      const int number = scan.is_dc() ? tables[i] >> 4 : tables[i] & 15;
      if (number > 3) return std::nullopt;
      scan.tables[i] = (scan.is_dc() ? header_.dc : header_.ac)[static_cast<std::size_t>(number)];
      if (scan.tables[i].total == 0) return std::nullopt;
    }
    return scan;
  }

  std::string_view file_;
  JpegHeader header_;
  bool is_jfif_ = false;
  std::optional<int> adobe_transform_;
};

}  // namespace

std::optional<JpegHeader> read_jpeg_header(std::span<const std::byte> file) {
  return Reader({reinterpret_cast<const char*>(file.data()), file.size()}).read();
}

}  // namespace calotype::planar
