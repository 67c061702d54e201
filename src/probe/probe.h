#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "model/image_info.h"

/// Our own reading of picture headers: which type by magic bytes, then the one parser of that type. Decodes nothing,
/// allocates nothing that depends on the input, ends in time linear in the bytes. libvips never identifies foreign
/// bytes.
namespace calotype::probe {

/// By magic bytes alone; nullopt for everything that is not one of our eight input types.
std::optional<ImageFormat> sniff(std::span<const std::byte> head);

/// Reads the header of a whole file. Throws unsupported (415: no type that we read; with code "document" a PDF, which
/// has no header of that kind and which only a document worker reads), unprocessable (422: a header that
/// is cut off, lies, or has no pixels).
ImageInfo probe(std::span<const std::byte> file);

}  // namespace calotype::probe
