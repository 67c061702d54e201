#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/rendition.h"

/// A rendition as a file: mark, key, lineage, what it is, body, and the SHA-256 of all that. A file that was cut off,
/// mixed up or flipped a bit in is told by the hash, so that none needs to be flushed to the disk.
namespace calotype::rendition_file {

std::string encode(const RenditionKey& key, const Rendition& rendition);
/// nullopt for whatever is not a whole file of this key.
std::optional<Rendition> decode(const RenditionKey& key, std::string text);
/// How many octets a file begins with before its body.
inline constexpr std::size_t kHeadSize = 8 + 3 * 32 + 4 * 4;
/// What the first kHeadSize octets say; nullopt where they are no head of this key. Nothing vouches for them.
std::optional<Traits> read_head(const RenditionKey& key, std::string_view head);
/// How long the file of a rendition is.
std::size_t size_of(const Rendition& rendition);

}  // namespace calotype::rendition_file
