#include "png/read.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include <libdeflate.h>

#include "png/expand.h"
#include "png/unfilter.h"

namespace calotype::png {
namespace {

/// No stream of deflate unfolds by more: who claims otherwise gets no memory.
constexpr std::size_t kMostUnfolding = 1032;

using Inflater = std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>;

std::size_t sample_bytes(const Header& header) { return header.depth == 16 ? 2 : 1; }

std::size_t expanded_bytes(const Header& header) {
  return static_cast<std::size_t>(header.size.pixels()) * static_cast<std::size_t>(bands_of(header)) *
         sample_bytes(header);
}

/// The chunks' data in one piece.
std::span<const std::byte> joined(const Header& header, planar::Arena& arena) {
  if (header.data.size() == 1) return header.data[0];
  auto* whole = arena.take<std::byte>(header.data_size);
  std::size_t at = 0;
  for (const auto piece : header.data) {
    std::memcpy(whole + at, piece.data(), piece.size());
    at += piece.size();
  }
  return {whole, at};
}

/// All of it, to the last byte, with its checksum.
bool inflate(std::span<const std::byte> data, std::uint8_t* into, std::size_t bytes) {
  const Inflater inflater(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!inflater) throw std::bad_alloc();
  std::size_t used = 0;
  std::size_t made = 0;
  const auto result =
      libdeflate_zlib_decompress_ex(inflater.get(), data.data(), data.size(), into, bytes, &used, &made);
  return result == LIBDEFLATE_SUCCESS && used == data.size() && made == bytes;
}

}  // namespace

std::int64_t bytes_to_read(const Header& header) {
  const std::size_t coded = header.data.size() == 1 ? 0 : header.data_size;
  const std::size_t expanded = needs_expansion(header) ? expanded_bytes(header) : 0;
  return static_cast<std::int64_t>(header.raw_bytes() + std::max(coded, expanded));
}

std::optional<Pixels> read(const Header& header, planar::Arena& arena) {
  const std::size_t raw = header.raw_bytes();
  if (raw / kMostUnfolding > header.data_size) return std::nullopt;
  auto* rows = arena.take<std::uint8_t>(kUnfilterLead + raw + kUnfilterSlack);
  std::uint8_t* filtered = rows + kUnfilterLead;
  const auto place = arena.place();
  const auto data = joined(header, arena);
  if (!inflate(data, filtered, raw)) return std::nullopt;
  arena.rewind(place);
  // What is read behind the last row has no meaning, but shall always be the same.
  std::memset(filtered + raw, 0, kUnfilterSlack);
  if (!unfilter(rows, header.row_bytes(), static_cast<std::size_t>(header.size.height), header.pixel_bytes())) {
    return std::nullopt;
  }
  Pixels pixels{.samples = rows, .size = header.size, .bands = bands_of(header), .bits = header.depth == 16 ? 16 : 8};
  std::uint8_t* samples = rows;
  if (needs_expansion(header)) {
    samples = arena.take<std::uint8_t>(expanded_bytes(header));
    if (!expand(header, rows, samples)) return std::nullopt;
    pixels.samples = samples;
  }
  if (pixels.bits == 16) swap_bytes(samples, expanded_bytes(header));
  return pixels;
}

}  // namespace calotype::png
