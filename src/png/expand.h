#pragma once

#include <cstdint>

#include "png/header.h"

namespace calotype::png {

/// Bands of the picture once palette and transparency are looked up.
int bands_of(const Header& header);
/// Whether the samples are other than those that are stored.
bool needs_expansion(const Header& header);

/// Stored samples without filters into those of read.h. False where one is not in the palette.
bool expand(const Header& header, const std::uint8_t* stored, std::uint8_t* into);

/// Stored samples of 16 bits into the processor's order.
void swap_bytes(std::uint8_t* samples, std::size_t bytes);

}  // namespace calotype::png
