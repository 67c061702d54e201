#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace calotype::rules {

/// The rule that a text builds upon: the value of its `extends`. nullopt where it has none; and where the text cannot
/// be read or that is no name of a rule, which check() tells.
std::optional<std::string> base_of(std::string_view json);

/// What the text says upon `base`, another rule's text (RFC 7396): members of objects are put into those of the base,
/// lists and other values replace them, null takes one away. `name`, `description` and `version` are not taken over; a
/// base of the original language keeps its meaning. `extends` is gone, and `x-extends` says `from`.
std::string put_upon(std::string_view base, std::string_view json, std::string_view from);

}  // namespace calotype::rules
