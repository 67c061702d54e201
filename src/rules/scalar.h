#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/rule.h"
#include "rules/value.h"

/// Lengths, colours and the like: their text, their canonical form and their value.
namespace calotype::rules {

/// "20px", "-5%", "12.5%". Pixels are whole. nullopt for anything else.
std::optional<rule::Length> parse_length(std::string_view text);
/// A number for pixels and for nothing at all, else "5%".
Value canonical_length(const rule::Length& length);
rule::Length length_of(const Value& canonical);

/// #rgb, #rgba, #rrggbb, #rrggbbaa, a CSS name or `transparent`.
std::optional<Colour> parse_colour(std::string_view text);
/// "#rrggbb", and "#rrggbbaa" where it is not opaque.
std::string canonical_colour(const Colour& colour);
Colour colour_of(const Value& canonical);
/// The same, and `dominant` and `edge`.
Paint paint_of(const Value& canonical);
/// In one of colour_names.cpp's, any case; nullopt for another word.
std::optional<Colour> named_colour(std::string_view name);

/// "16:9", "1.91:1"; both sides from 0.01 to 16384.
std::optional<rule::Aspect> parse_aspect(std::string_view text);
/// Whole numbers without a common factor: "8:6" is "4:3".
std::string canonical_aspect(const rule::Aspect& aspect);

/// "23FDE277-...", "asset:logo", "logo": the UUID in lower case, or the alias alone.
std::optional<std::string> parse_mark(std::string_view text);

/// Characters, not bytes, of valid UTF-8.
std::size_t count_characters(std::string_view text);

/// The whole text as a decimal number; nullopt for anything else, for infinity and for hexadecimal.
std::optional<double> parse_number(std::string_view text);

}  // namespace calotype::rules
