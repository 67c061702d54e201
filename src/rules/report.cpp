#include "rules/report.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

namespace calotype::rules {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Edits (insert, remove, replace, swap neighbours) between two words, whatever their case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const bool is_same = lower(a[i - 1]) == lower(b[k - 1]);
      row[k] = std::min({above[k] + 1, row[k - 1] + 1, above[k - 1] + (is_same ? 0 : 1)});
      const bool is_swapped =
          i > 1 && k > 1 && lower(a[i - 1]) == lower(b[k - 2]) && lower(a[i - 2]) == lower(b[k - 1]);
      if (is_swapped) row[k] = std::min(row[k], before[k - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

void Report::error(std::string pointer, std::string_view error_code, std::string message, std::string hint) {
  ++count_;
  if (is_full()) return;
  // A number that no double holds is reported where it is read, and then stands for one that is out of range.
  const auto is_known = [&](const Finding& known) { return known.pointer == pointer && known.code == error_code; };
  if (error_code == code::kOutOfRange && std::ranges::any_of(errors, is_known)) return;
  errors.push_back({std::move(pointer), std::string(error_code), std::move(message), std::move(hint)});
}

std::span<const CodeDoc> finding_codes() {
  static constexpr std::array kCodes{
      CodeDoc{code::kInvalidJson, false, "The text is not JSON, or not UTF-8."},
      CodeDoc{code::kTooLarge, false, "More than 64 KiB."},
      CodeDoc{code::kTooDeep, false, "More than 12 levels of nesting."},
      CodeDoc{code::kDuplicateKey, false, "An object has a key twice."},
      CodeDoc{code::kUnknownKey, false,
              "The language has no such key here; keys that begin with `x-` are passed over."},
      CodeDoc{code::kMissingKey, false, "A key, or one of several, has to be given."},
      CodeDoc{code::kWrongType, false,
              "A text where a number belongs, a fraction where a whole number does, and so on."},
      CodeDoc{code::kOutOfRange, false,
              "A number, a length, or a count of elements or characters is outside of its range."},
      CodeDoc{code::kUnknownValue, false, "Not one of the words that may stand here."},
      CodeDoc{code::kBadFormat, false,
              "A text that cannot be read as what belongs here: a length, a colour, an aspect, a name."},
      CodeDoc{code::kConflict, false, "Two things that exclude each other."},
      CodeDoc{code::kWrongVersion, false, "A key that the rule's own `version` does not have."},
      CodeDoc{code::kUnresolved, false, "`extends` where there is no domain whose rules it could name."},
      CodeDoc{code::kUnknownParameter, false, "`$name` without such a parameter in `params`."},
      CodeDoc{code::kBadParameter, false, "`$name` where none may stand, or with values that do not fit there."},
      CodeDoc{code::kUnusedParameter, true, "A parameter that the rule never uses."},
      CodeDoc{code::kAlphaLost, true, "The format has no transparency, and the rule makes some."},
      CodeDoc{code::kNoEffect, true, "Something that can never have an effect."},
  };
  return kCodes;
}

std::string child(std::string_view pointer, std::string_view name) {
  std::string out(pointer);
  out += '/';
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::string child(std::string_view pointer, std::size_t index) { return fmt::format("{}/{}", pointer, index); }

std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t kLongestWord = 40;
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::size_t allowed = std::max<std::size_t>(1, word.size() / 3);
  std::size_t best = allowed + 1;
  std::string_view nearest;
  for (const auto candidate : candidates) {
    const auto edits = distance(word, candidate);
    if (edits < best) {
      best = edits;
      nearest = candidate;
    }
  }
  if (nearest.empty()) return {};
  return fmt::format("did you mean \"{}\"?", nearest);
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  if (text.size() <= kLongest) return std::string(text);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace calotype::rules
