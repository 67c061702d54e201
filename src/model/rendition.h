#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/digest.h"
#include "model/image_info.h"

namespace calotype {

/// Names one rendition for ever: content, canonical rule with its parameters, marks, format and engine epoch, hashed.
/// The first eight octets are its family's. The strong ETag is its hexadecimal form.
using RenditionKey = Digest;

/// All renditions of one content of one tenant, whichever rule they were made by. Two families may have the same
/// number, as seldom as hashes of 64 bits do: what is dropped by its family is then made once more.
using Family = std::uint64_t;

inline Family family_of(const RenditionKey& key) {
  Family family = 0;
  for (std::size_t i = 0; i < sizeof family; ++i) family = family << 8 | key.octets[i];
  return family;
}

/// The least key of a family.
inline RenditionKey first_key_of(Family family) {
  RenditionKey key;
  for (std::size_t i = 0; i < sizeof family; ++i) {
    key.octets[i] = static_cast<std::uint8_t>(family >> (8 * (sizeof family - 1 - i)));
  }
  return key;
}

/// What a rendition may stand in for, when another one cannot be made in time.
struct Lineage {
  Digest slot{};  ///< what was asked for: the rule by its identity, values, format; another revision has the same.
                  ///< None: nothing
  Digest look{};  ///< what is to be seen, whatever its size, format and quality. None: nothing
  bool operator==(const Lineage&) const = default;
};

/// A finished picture.
struct Rendition {
  Bytes body;
  ImageFormat format = ImageFormat::jpg;
  Size size;
  int frames = 1;
  Lineage lineage{};
};

/// What a store knows of a rendition without the picture.
struct Traits {
  ImageFormat format = ImageFormat::jpg;
  Size size;
  Lineage lineage;
};

inline Traits traits_of(const Rendition& rendition) {
  return {.format = rendition.format, .size = rendition.size, .lineage = rendition.lineage};
}

/// What a store has of a family.
struct Relative {
  RenditionKey key;
  Traits traits;
};

}  // namespace calotype
