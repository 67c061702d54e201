#include "core/wildcard.h"

#include <string.h>

namespace calotype {

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  const auto first = pattern.find('*');
  if (first == std::string_view::npos) return pattern == text;
  const auto last = pattern.rfind('*');
  const auto head = pattern.substr(0, first);
  const auto tail = pattern.substr(last + 1);
  if (text.size() < head.size() + tail.size() || !text.starts_with(head) || !text.ends_with(tail)) return false;

  // Between the first and the last star the leftmost place is always as good as any other.
  auto rest = text.substr(head.size(), text.size() - head.size() - tail.size());
  auto middle = pattern.substr(first, last - first);
  while (!middle.empty()) {
    middle.remove_prefix(1);  // the star
    const auto piece = middle.substr(0, middle.find('*'));
    middle.remove_prefix(piece.size());
    if (piece.empty()) continue;
    const auto* found = static_cast<const char*>(::memmem(rest.data(), rest.size(), piece.data(), piece.size()));
    if (found == nullptr) return false;
    rest.remove_prefix(static_cast<std::size_t>(found - rest.data()) + piece.size());
  }
  return true;
}

}  // namespace calotype
