#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/error.h"

/// What an owner notes of an object: the rules for it.
namespace calotype::objects {

struct Metadata;

inline constexpr std::size_t kMostKeys = 64;
inline constexpr std::size_t kMostKeyBytes = 64;
inline constexpr std::size_t kMostValueBytes = 2'048;
inline constexpr std::size_t kMostBytes = 8'192;

/// Empty when an object may expire then.
std::string fault_of_expiry(WallTime expires, WallTime now);

/// With pointers into the body.
std::vector<Problem> problems_of(const Metadata& metadata, WallTime now);

/// As it is kept: a JSON object, its members by name; empty for none.
std::string text_of(const std::map<std::string, std::string>& user);

}  // namespace calotype::objects
