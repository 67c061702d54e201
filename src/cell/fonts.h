#pragma once

#include <span>

#include "core/digest.h"

/// The fonts that texts are drawn with on pictures: these files and no others, whatever else a system has. A worker
/// opens them before its sandbox closes; a server names them in the keys of what they draw (docs/adr/0017-text.md).
namespace calotype::cell {

struct FontFile {
  const char* path;
  const char* package;  ///< of Debian, that brings it
};
std::span<const FontFile> font_files();

/// Over the bytes of all of them. Throws internal, with the package, where one cannot be read.
Digest fonts_digest();

}  // namespace calotype::cell
