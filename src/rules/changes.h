#pragma once

#include <string>
#include <vector>

#include "rules/language.h"

namespace calotype::rules {

/// One place where two rules differ, as RFC 6902 puts it, with what stood there before.
struct Change {
  enum class Kind { add, remove, replace };
  Kind kind = Kind::replace;
  std::string pointer;  ///< RFC 6901, into the canonical form
  std::string before;   ///< JSON; empty for add
  std::string after;    ///< JSON; empty for remove
  bool operator==(const Change&) const = default;
};

/// What makes `to` of `from`, in their canonical forms and with their policies: so spelling, order, names and
/// descriptions are no difference. Applied in order, it is a JSON Patch. At most `most`; lists are compared place by
/// place.
std::vector<Change> changes(const Document& from, const Document& to, std::size_t most = 1000);

}  // namespace calotype::rules
