#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace calotype::rules {

/// How a stored rule is named: "listing" is its latest revision, "listing@7" that one, "listing@live" the one of a
/// label. The id may stand for the name.
struct RuleName {
  std::string rule;
  std::optional<int> revision;
  std::string label;  ///< empty: none
  bool is_bare() const { return !revision && label.empty(); }
  bool operator==(const RuleName&) const = default;
};

/// nullopt for what names no rule: what stands behind "@" is a whole number from 1 without leading zeros, or a label.
std::optional<RuleName> read_rule_name(std::string_view text);

/// [a-z][a-z0-9._-]{0,63}: it can be no revision.
bool is_label(std::string_view text);

}  // namespace calotype::rules
