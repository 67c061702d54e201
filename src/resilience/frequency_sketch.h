#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace calotype::resilience {

/// About how often each of many keys was seen lately: a count-min sketch of four-bit counters, which are all halved
/// once in a while, so that what was asked for yesterday is forgotten (TinyLFU: Einziger, Friedman, Manes, 2017). It
/// never counts too little between two halvings, and seldom too much. Thread: one at a time.
class FrequencySketch {
 public:
  static constexpr int kMost = 15;

  /// For about so many keys. Takes eight bytes for each, rounded up to a power of two.
  explicit FrequencySketch(std::size_t keys)
      : words_(std::bit_ceil(std::max<std::size_t>(keys, 64))), halve_at_(words_.size() * 10) {}

  void see(std::uint64_t hash) {
    bool has_risen = false;
    for (std::size_t row = 0; row < kRows; ++row) {
      const auto [word, shift] = place_of(hash, row);
      const auto count = words_[word] >> shift & kMost;
      if (count == kMost) continue;
      words_[word] += std::uint64_t{1} << shift;
      has_risen = true;
    }
    if (has_risen && ++seen_ >= halve_at_) halve();
  }

  /// 0 to 15.
  int count(std::uint64_t hash) const {
    std::uint64_t least = kMost;
    for (std::size_t row = 0; row < kRows; ++row) {
      const auto [word, shift] = place_of(hash, row);
      least = std::min(least, words_[word] >> shift & kMost);
    }
    return static_cast<int>(least);
  }

 private:
  static constexpr std::size_t kRows = 4;
  struct Place {
    std::size_t word;
    int shift;
  };

  /// A word holds sixteen counters, four for each row.
  Place place_of(std::uint64_t hash, std::size_t row) const {
    static constexpr std::array<std::uint64_t, kRows> kSeeds{0xc3a5c85c97cb3127, 0xb492b66fbe98f273, 0x9ae16a3b2f90404f,
                                                             0xcbf29ce484222325};
    auto mixed = (hash + kSeeds[row]) * kSeeds[row];
    mixed ^= mixed >> 32;
    const auto counter = static_cast<int>(row * 4 + (mixed >> 28 & 3));
    return {.word = static_cast<std::size_t>(mixed) & (words_.size() - 1), .shift = counter * 4};
  }

  void halve() {
    for (auto& word : words_) word = word >> 1 & 0x7777777777777777;
    seen_ /= 2;
  }

  std::vector<std::uint64_t> words_;
  std::size_t halve_at_;
  std::size_t seen_ = 0;
};

}  // namespace calotype::resilience
