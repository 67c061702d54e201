#pragma once

#include <optional>
#include <string>

#include "model/rendition.h"

/// A rendition as a file: mark, key, what it is, body, and the SHA-256 of all that. A file that was cut off, mixed up
/// or flipped a bit in is told by the hash, so that none needs to be flushed to the disk.
namespace calotype::rendition_file {

std::string encode(const RenditionKey& key, const Rendition& rendition);
/// nullopt for whatever is not a whole file of this key.
std::optional<Rendition> decode(const RenditionKey& key, std::string text);
/// How long the file of a rendition is.
std::size_t size_of(const Rendition& rendition);

}  // namespace calotype::rendition_file
