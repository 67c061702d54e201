#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/walker.h"

namespace calotype::rules {

/// Values that a declared parameter (in canonical form) can take and that stand for all of them: its default, its ends,
/// its words. What fits a place with all of these fits it with every other.
std::vector<Value> samples_of(const Value& parameter);

/// A value in the form that those of the parameter have; nullopt: it is of another type. Whatever its range.
std::optional<Value> canonical_value(const Value& parameter, const Value& value);

/// The value that `given` means, snapped as the parameter says; nullopt: its default. Canonical.
/// Throws invalid ("bad-parameter").
Value resolve(std::string_view name, const Value& parameter, std::optional<std::string_view> given);

/// Each declared parameter's value. Throws as resolve(), and where one is given twice.
Bindings resolve_all(const Value& declared, const Parameters& values);

}  // namespace calotype::rules
