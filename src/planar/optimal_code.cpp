#include "planar/optimal_code.h"

#include <algorithm>
#include <vector>

namespace calotype::planar {
namespace {

constexpr int kMostLength = 16;
/// What the longest code of all comes to, before it is cut: with sums of 32 bits no tree is deeper.
constexpr int kDeepest = 64;

struct Node {
  std::uint64_t weight = 0;
  int left = -1;  ///< -1: a leaf
  int right = -1;
  int symbol = 0;
};

/// A pseudo symbol that comes least: it takes the code of ones alone, and is left out.
constexpr int kReserved = 256;

/// The leaves, the rarest first, and then the inner nodes of the tree, of which the last is its root.
std::vector<Node> tree_of(const SymbolCounts& counts) {
  std::vector<Node> nodes{{.weight = 0, .symbol = kReserved}};
  for (int symbol = 0; symbol < 256; ++symbol) {
    const auto count = counts[static_cast<std::size_t>(symbol)];
    if (count > 0) nodes.push_back({.weight = count, .symbol = symbol});
  }
  // The reserved one before others that come as seldom.
  std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) {
    return std::pair(a.weight, -a.symbol) < std::pair(b.weight, -b.symbol);
  });
  const auto leaves = nodes.size();
  nodes.reserve(2 * leaves);
  // Two queues, each in rising order: of leaves, and of what was joined.
  std::size_t leaf = 0;
  std::size_t joined = leaves;
  const auto rarest = [&] {
    const bool is_leaf = joined >= nodes.size() || (leaf < leaves && nodes[leaf].weight <= nodes[joined].weight);
    return static_cast<int>(is_leaf ? leaf++ : joined++);
  };
  while (nodes.size() < 2 * leaves - 1) {
    const int left = rarest();
    const int right = rarest();
    nodes.push_back(
        {.weight = nodes[static_cast<std::size_t>(left)].weight + nodes[static_cast<std::size_t>(right)].weight,
         .left = left,
         .right = right});
  }
  return nodes;
}

/// How many codes there are of each length, and the symbols from the shortest to the longest.
struct Lengths {
  std::array<int, kDeepest + 1> counts{};
  std::vector<int> symbols;
};

Lengths lengths_of(const std::vector<Node>& nodes) {
  std::vector<int> depth(nodes.size(), 0);
  std::vector<std::pair<int, int>> leaves;
  for (auto i = nodes.size(); i-- > 0;) {
    const auto& node = nodes[i];
    if (node.left < 0) {
      leaves.emplace_back(std::max(depth[i], 1), node.symbol);
      continue;
    }
    depth[static_cast<std::size_t>(node.left)] = depth[i] + 1;
    depth[static_cast<std::size_t>(node.right)] = depth[i] + 1;
  }
  // The reserved one is the very last of the longest.
  std::sort(leaves.begin(), leaves.end());
  Lengths lengths;
  for (const auto& [length, symbol] : leaves) {
    ++lengths.counts[static_cast<std::size_t>(std::min(length, kDeepest))];
    if (symbol != kReserved) lengths.symbols.push_back(symbol);
  }
  return lengths;
}

/// ITU-T T.81, K.3: pairs of codes that are too long become shorter, at the cost of one that is short enough.
void shorten(std::array<int, kDeepest + 1>& counts) {
  for (std::size_t length = kDeepest; length > kMostLength; --length) {
    while (counts[length] > 0) {
      auto shorter = length - 2;
      while (counts[shorter] == 0) --shorter;
      counts[length] -= 2;
      counts[length - 1] += 1;
      counts[shorter + 1] += 2;
      counts[shorter] -= 1;
    }
  }
}

}  // namespace

OptimalCode OptimalCode::of(const SymbolCounts& counts) {
  auto lengths = lengths_of(tree_of(counts));
  shorten(lengths.counts);
  std::size_t longest = kMostLength;
  while (longest > 1 && lengths.counts[longest] == 0) --longest;
  if (lengths.counts[longest] > 0) --lengths.counts[longest];  // the reserved one's

  OptimalCode code;
  code.total = static_cast<int>(lengths.symbols.size());
  std::uint32_t next = 0;
  std::size_t place = 0;
  for (std::size_t length = 1; length <= kMostLength; ++length) {
    code.counts[length] = static_cast<std::uint8_t>(lengths.counts[length]);
    for (int i = 0; i < lengths.counts[length]; ++i) {
      const auto symbol = static_cast<std::size_t>(lengths.symbols[place]);
      code.symbols[place++] = static_cast<std::uint8_t>(symbol);
      code.codes[symbol] = static_cast<std::uint16_t>(next++);
      code.lengths[symbol] = static_cast<std::uint8_t>(length);
    }
    next <<= 1;
  }
  return code;
}

std::string OptimalCode::segment() const {
  std::string text(counts.begin() + 1, counts.end());
  text.append(symbols.begin(), symbols.begin() + total);
  return text;
}

}  // namespace calotype::planar
