#include "engine/exif.h"

#include <algorithm>
#include <array>
#include <optional>

namespace calotype::engine::exif {
namespace {

constexpr std::uint16_t kCameraDirectory = 0x8769;
constexpr std::uint16_t kGpsDirectory = 0x8825;
constexpr std::size_t kMostEntries = 256;
constexpr std::size_t kLongestValue = 8192;

/// Bytes of one value of a type; 0 for an unknown one.
std::size_t size_of_type(std::uint16_t type) {
  constexpr std::array<std::uint8_t, 13> kSizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
  return type < kSizes.size() ? kSizes[type] : 0;
}

/// The width of the numbers inside a value, for swapping.
std::size_t word_of_type(std::uint16_t type) {
  if (type == 5 || type == 10) return 4;
  return size_of_type(type);
}

class Reader {
 public:
  Reader(std::string_view block, bool is_little) : block_(block), is_little_(is_little) {}

  std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const {
    if (at > block_.size() || size > block_.size() - at) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto octet = static_cast<std::uint8_t>(block_[is_little_ ? at + size - 1 - i : at + i]);
      value = value << 8 | octet;
    }
    return value;
  }

  void directory(std::size_t at, Directory which, std::vector<Entry>& entries) const {
    const auto count = number(at, 2);
    if (!count) return;
    for (std::size_t i = 0; i < *count && entries.size() < kMostEntries; ++i) entry(at + 2 + i * 12, which, entries);
  }

 private:
  void entry(std::size_t at, Directory which, std::vector<Entry>& entries) const {
    const auto tag = number(at, 2);
    const auto type = number(at + 2, 2);
    const auto count = number(at + 4, 4);
    const auto inline_value = number(at + 8, 4);
    if (!tag || !type || !count || !inline_value) return;
    if (which == Directory::picture && *tag == kCameraDirectory)
      return directory(*inline_value, Directory::camera, entries);
    if (which == Directory::picture && *tag == kGpsDirectory) return directory(*inline_value, Directory::gps, entries);

    const std::size_t each = size_of_type(static_cast<std::uint16_t>(*type));
    const std::uint64_t size = std::uint64_t{*count} * each;
    if (each == 0 || size == 0 || size > kLongestValue) return;
    const std::size_t from = size <= 4 ? at + 8 : *inline_value;
    if (from > block_.size() || size > block_.size() - from) return;
    Entry entry{.directory = which, .tag = static_cast<std::uint16_t>(*tag), .type = static_cast<std::uint16_t>(*type)};
    entry.value = block_.substr(from, size);
    const std::size_t word = word_of_type(entry.type);
    for (std::size_t i = 0; is_little_ && i + word <= size; i += word) {
      std::reverse(entry.value.begin() + static_cast<std::ptrdiff_t>(i),
                   entry.value.begin() + static_cast<std::ptrdiff_t>(i + word));
    }
    entries.push_back(std::move(entry));
  }

  std::string_view block_;
  bool is_little_;
};

void put(std::string& out, std::uint32_t value, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xFF));
}

std::vector<Entry> of_directory(const std::vector<Entry>& entries, Directory directory) {
  std::vector<Entry> chosen;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(chosen),
               [directory](const Entry& entry) { return entry.directory == directory; });
  return chosen;
}

Entry pointer_entry(std::uint16_t tag, std::size_t offset) {
  Entry entry{.tag = tag, .type = 4};
  put(entry.value, static_cast<std::uint32_t>(offset), 4);
  return entry;
}

std::size_t written_size(const std::vector<Entry>& entries) {
  std::size_t size = 2 + entries.size() * 12 + 4;
  for (const Entry& entry : entries) size += entry.value.size() > 4 ? (entry.value.size() + 1) / 2 * 2 : 0;
  return size;
}

/// One directory at the end of `out`, with the values that do not fit in it behind it.
void write_directory(std::string& out, std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.tag < b.tag; });
  std::size_t behind = out.size() + 2 + entries.size() * 12 + 4;
  std::string values;
  put(out, static_cast<std::uint32_t>(entries.size()), 2);
  for (const Entry& entry : entries) {
    put(out, entry.tag, 2);
    put(out, entry.type, 2);
    put(out, static_cast<std::uint32_t>(entry.value.size() / size_of_type(entry.type)), 4);
    if (entry.value.size() <= 4) {
      std::string padded = entry.value;
      padded.resize(4, '\0');
      out += padded;
    } else {
      put(out, static_cast<std::uint32_t>(behind + values.size()), 4);
      values += entry.value;
      if (values.size() % 2 == 1) values.push_back('\0');
    }
  }
  put(out, 0, 4);
  out += values;
}

}  // namespace

std::vector<Entry> read(std::string_view block) {
  if (block.starts_with(std::string_view("Exif\0\0", 6))) block.remove_prefix(6);
  if (block.size() < 8) return {};
  const bool is_little = block.starts_with("II");
  if (!is_little && !block.starts_with("MM")) return {};
  const Reader reader(block, is_little);
  std::vector<Entry> entries;
  if (const auto first = reader.number(4, 4)) reader.directory(*first, Directory::picture, entries);
  return entries;
}

std::string write(std::vector<Entry> entries) {
  if (entries.empty()) return {};
  std::vector<Entry> picture = of_directory(entries, Directory::picture);
  const std::vector<Entry> camera = of_directory(entries, Directory::camera);
  const std::vector<Entry> gps = of_directory(entries, Directory::gps);
  if (!camera.empty()) picture.push_back(pointer_entry(kCameraDirectory, 0));
  if (!gps.empty()) picture.push_back(pointer_entry(kGpsDirectory, 0));

  const std::size_t camera_at = 8 + written_size(picture);
  const std::size_t gps_at = camera_at + (camera.empty() ? 0 : written_size(camera));
  for (Entry& entry : picture) {
    if (entry.tag == kCameraDirectory) entry = pointer_entry(kCameraDirectory, camera_at);
    if (entry.tag == kGpsDirectory) entry = pointer_entry(kGpsDirectory, gps_at);
  }

  std::string out("MM\0\x2A\0\0\0\x08", 8);
  write_directory(out, std::move(picture));
  if (!camera.empty()) write_directory(out, camera);
  if (!gps.empty()) write_directory(out, gps);
  return out;
}

Entry text_entry(std::uint16_t tag, std::string_view text) {
  Entry entry{.tag = tag};
  entry.value = text;
  entry.value.push_back('\0');
  return entry;
}

Entry orientation_entry(int orientation) {
  Entry entry{.tag = kOrientation, .type = 3};
  put(entry.value, static_cast<std::uint32_t>(orientation), 2);
  return entry;
}

std::string text_of(const Entry& entry) {
  std::string text = entry.value.substr(0, entry.value.find('\0'));
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace calotype::engine::exif
