#pragma once

#include <optional>

#include "http/message.h"

namespace calotype::http {

/// A copy of the bytes in pages that the kernel sends as they are: for what is sent again and again. nullopt where
/// there is no descriptor or no memory left for it.
std::optional<FilePart> memory_file(const Bytes& bytes);

}  // namespace calotype::http
