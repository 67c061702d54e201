#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

/// Preconditions and ranges (RFC 9110, sections 8.8, 13 and 14): from text to values, and what they mean.
namespace calotype::api {

/// An If-Match or If-None-Match field: "*" alone, or opaque tags without their quotes. What is no tag is passed over.
struct TagList {
  struct Tag {
    std::string opaque;
    bool is_weak = false;
  };
  bool any = false;
  std::vector<Tag> tags;

  /// `field` may be several fields joined by commas.
  static TagList parse(std::string_view field);
  /// Strong comparison: never with a weak tag.
  bool has_strong(std::string_view opaque) const;
  bool has(std::string_view opaque) const;
};

/// All three forms that RFC 9110 wants read; nullopt for everything else.
std::optional<WallTime> parse_http_date(std::string_view text);
std::string http_date(WallTime when);

/// What of a representation is to be sent.
struct RangeVerdict {
  enum class Kind { whole, part, unsatisfiable };
  Kind kind = Kind::whole;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  bool operator==(const RangeVerdict&) const = default;
};

/// One range of bytes is honoured; several, another unit, and what cannot be read are passed over: the whole is sent.
RangeVerdict read_range(std::string_view field, std::uint64_t size);

}  // namespace calotype::api
