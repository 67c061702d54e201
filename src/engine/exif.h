#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Reads and writes the few EXIF entries that a rendition may keep. Pure; bounded by the input; damaged input gives
/// fewer entries, never an error. Values are kept in big-endian order.
namespace calotype::engine::exif {

enum class Directory : std::uint8_t { picture, camera, gps };

struct Entry {
  Directory directory = Directory::picture;
  std::uint16_t tag = 0;
  std::uint16_t type = 2;
  std::string value;  ///< big-endian; text ends in NUL
  bool operator==(const Entry&) const = default;
};

inline constexpr std::uint16_t kOrientation = 0x0112;
inline constexpr std::uint16_t kDateTime = 0x0132;
inline constexpr std::uint16_t kArtist = 0x013B;
inline constexpr std::uint16_t kCopyright = 0x8298;

/// A TIFF structure, with or without "Exif\0\0" before it. Thumbnails (the second directory) are never read.
std::vector<Entry> read(std::string_view block);
/// A TIFF structure without "Exif\0\0"; empty when there are no entries.
std::string write(std::vector<Entry> entries);

Entry text_entry(std::uint16_t tag, std::string_view text);
Entry orientation_entry(int orientation);
/// Without the NULs and spaces at its end.
std::string text_of(const Entry& entry);

}  // namespace calotype::engine::exif
