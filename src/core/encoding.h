#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace calotype {

std::string encode_hex(std::span<const std::uint8_t> octets);
/// Either case; nullopt for an odd length or another character.
std::optional<std::string> decode_hex(std::string_view text);

/// RFC 4648, with padding.
std::string encode_base64(std::string_view octets);
/// Strict: padding required, no white space, no stray bits.
std::optional<std::string> decode_base64(std::string_view text);
/// RFC 4648 section 5, without padding, as in a JWT.
std::string encode_base64url(std::string_view octets);
/// Strict: no padding, no stray bits.
std::optional<std::string> decode_base64url(std::string_view text);

/// Decodes %XX once; '+' stays. nullopt for a bad escape.
std::optional<std::string> decode_percent(std::string_view text);
/// Escapes all but RFC 3986's unreserved characters and those of `keep`.
std::string encode_percent(std::string_view text, std::string_view keep = "");

/// Whether the bytes are well-formed UTF-8: no overlong form, no surrogate.
bool is_utf8(std::string_view text);

/// Appends the text as a JSON string with its quotes. Control characters are escaped; what is not UTF-8 becomes U+FFFD,
/// one for each bad byte.
void append_json_string(std::string& to, std::string_view text);

}  // namespace calotype
