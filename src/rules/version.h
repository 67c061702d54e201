#pragma once

#include "rules/value.h"

namespace calotype::rules {

inline constexpr std::string_view kVersion = "2026-01";

/// Whether a rule as it was sent says that it is of 2016 or 2017.
bool says_old(const Value& root);
/// Whether it is of that language: because it says so, or says nothing and uses no newer key.
bool is_old(const Value& root);
/// Writes the defaults that differ into a rule of the old language, so that from here on there is one language.
void make_modern(Value& root);

}  // namespace calotype::rules
