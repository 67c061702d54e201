#include "planar/huffman.h"

namespace calotype::planar {

std::optional<HuffmanTable> HuffmanTable::make(const HuffmanSpec& spec, Kind kind) {
  const int most = kind == Kind::dc ? kMostDcBits : kMostAcBits;
  for (int i = 0; i < spec.total; ++i) {
    const int symbol = spec.symbols[static_cast<std::size_t>(i)];
    const int size = kind == Kind::dc ? symbol : symbol & 15;
    if (size > most) return std::nullopt;
  }
  HuffmanTable table;
  table.kind_ = kind;
  table.symbols_ = spec.symbols;
  int code = 0;
  int place = 0;
  for (int length = 1; length <= 16; ++length) {
    const auto l = static_cast<std::size_t>(length);
    table.offset_[l] = place - code;
    code += spec.counts[l];
    place += spec.counts[l];
    table.limit_[l] = code << (16 - length);
    code <<= 1;
  }
  table.fill_looks(spec);
  if (kind == Kind::ac) table.fill_leaps();
  return table;
}

Symbol HuffmanTable::find(std::uint64_t bits) const {
  const auto next = static_cast<std::int32_t>(bits >> 48);
  for (int length = 1; length <= 16; ++length) {
    const auto l = static_cast<std::size_t>(length);
    if (next >= limit_[l]) continue;
    const auto symbol = symbols_[static_cast<std::size_t>((next >> (16 - length)) + offset_[l]) & 255];
    const bool is_dc = kind_ == Kind::dc;
    return {.run = static_cast<std::uint8_t>(is_dc ? 0 : symbol >> 4),
            .size = static_cast<std::uint8_t>(is_dc ? symbol : symbol & 15),
            .bits = static_cast<std::uint8_t>(length)};
  }
  return {};
}

Look HuffmanTable::look_of(int symbol, int length, std::uint32_t bits) const {
  const int run = kind_ == Kind::dc ? 0 : symbol >> 4;
  const int size = kind_ == Kind::dc ? symbol : symbol & 15;
  const int whole = length + size;
  if (whole > kLookBits) {
    return {.value = static_cast<std::int16_t>(size << 8 | length), .advance = static_cast<std::uint8_t>(run + 1)};
  }
  const auto raw = static_cast<int>(bits >> (kLookBits - whole) & ((1U << size) - 1));
  const bool is_end = kind_ == Kind::ac && size == 0 && run != 15;
  return {.value = static_cast<std::int16_t>(size == 0 ? 0 : extended(raw, size)),
          .advance = is_end ? kEndOfBlock : static_cast<std::uint8_t>(run + 1),
          .bits = static_cast<std::uint8_t>(whole)};
}

void HuffmanTable::fill_looks(const HuffmanSpec& spec) {
  std::uint32_t bits = 0;
  std::size_t place = 0;
  for (int length = 1; length <= kLookBits; ++length) {
    for (int i = 0; i < spec.counts[static_cast<std::size_t>(length)]; ++i) {
      const int symbol = symbols_[place++];
      const auto end = bits + (1U << (kLookBits - length));
      for (; bits < end; ++bits) looks_[bits] = look_of(symbol, length, bits);
    }
  }
}

void HuffmanTable::fill_leaps() {
  for (std::size_t i = 0; i < leaps_.size(); ++i) {
    const auto bits = static_cast<std::uint64_t>(i) << (64 - kLeapBits);
    Leap& all = leaps_[i];
    while (all.advance < 64) {
      const auto& one = look(bits << all.bits);
      if (one.bits == 0 || all.bits + one.bits > kLeapBits) break;
      all.bits = static_cast<std::uint8_t>(all.bits + one.bits);
      all.advance = static_cast<std::uint8_t>(all.advance + one.advance);
    }
  }
}

}  // namespace calotype::planar
