#pragma once

#include <string>
#include <string_view>

/// IPTC-IIM records, as JPEG and TIFF carry them. Pure; damaged input gives less, never an error.
namespace calotype::engine::iptc {

struct Credits {
  std::string credit;
  std::string source;
  std::string copyright;
};

/// Takes the records out of a Photoshop block (which may hold thumbnails besides), or gives them back if they are bare.
std::string records_in(std::string_view block);
Credits read(std::string_view records);
/// The Photoshop block that JPEG wants around the records.
std::string photoshop_block(std::string_view records);

}  // namespace calotype::engine::iptc
