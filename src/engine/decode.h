#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/picture.h"
#include "model/plan.h"

namespace calotype::engine {

/// A file that is open for decoding, from the first line to the last, once. The bytes must outlive it.
struct Reel {
  VImage image;  ///< frames one above the other; not normalised; computed as it is read
  int frame_height = 0;
  int frames = 1;
  std::vector<int> delays;  ///< ms, of each of the file's frames; empty when the file does not say
  int first = 0;            ///< the file's number of the first frame in `image`
};

/// Opens with the one loader of the type that the probe saw; libvips never identifies. `shrink`: 1, 2, 4 or 8, for JPEG
/// and WebP stills. Throws unprocessable when the file is damaged or turns out to be other than the plan says, and
/// too_large when it needs more than the budget.
Reel open_reel(const plan::Decode& decode, const plan::Budget& budget, std::span<const std::byte> file, int shrink);

/// What the plan's page of a document is, drawn with its density, and how many pages there are. Throws unprocessable
/// when it is damaged, locked with a password, or has no such page.
ImageInfo look_at_page(const plan::Decode& decode, std::span<const std::byte> file);

/// Frame number `index` of the reel; must be asked for in rising order.
VImage frame_of(const Reel& reel, int index);

/// What watermarks and the like are: the first frame, wholly decoded.
VImage decode_still(const ImageInfo& info, std::span<const std::byte> file);

}  // namespace calotype::engine
