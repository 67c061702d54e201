#pragma once

#include <optional>
#include <set>
#include <string>

#include "rules/walker.h"

namespace calotype::rules {

/// A rule after a walk along all of it.
struct WholeRule {
  std::optional<Value> canonical;           ///< nullopt where something is wrong
  std::set<std::string, std::less<>> used;  ///< its parameters that something refers to
};

/// Also looks at what refers to parameters, and at the rule with each of its patches on, with each two and with all.
/// The canonical form of a rule with conditions keeps its values as they were written: what a patch is put upon is what
/// its author sees. `is_old`: the rule says that it is of 2016 or 2017.
WholeRule walk_rule(const Value& root, Report& report, bool is_old);

}  // namespace calotype::rules
