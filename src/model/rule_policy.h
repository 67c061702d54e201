#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a rule says beside the picture: who may use it, what it may take, how its results are kept and answered, what
/// happens where one cannot be made. No part of a rendition's key.
namespace calotype::rule {

/// By what the results of rules can be purged together: it can stand in a list of surrogate keys.
inline bool is_tag(std::string_view text) {
  const auto may_be = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, may_be);
}

/// Times are in seconds; absent: as the bucket or the installation says.
struct Caching {
  enum class Store { always, second_hit, never };
  std::optional<int> max_age;
  std::optional<int> s_max_age;
  std::optional<int> swr;         ///< stale-while-revalidate
  std::optional<int> sie;         ///< stale-if-error
  Store store = Store::always;    ///< by the service itself
  std::vector<std::string> tags;  ///< each once; all that is_tag()
  bool operator==(const Caching&) const = default;
};

struct Access {
  enum class Require { none, signature, jwt };
  std::optional<Require> require;     ///< absent: as the bucket says
  std::vector<std::string> buckets;   ///< patterns of aliases, `*` for any text; empty: every bucket
  std::vector<std::string> prefixes;  ///< patterns of what objects' names begin with; empty: every object
  std::vector<std::string> referers;  ///< hosts in lower case, or "*." and a host; empty: every site
  bool operator==(const Access&) const = default;
};

/// Absent: the installation's, which these can only lower.
struct PolicyLimits {
  std::optional<std::int64_t> source_pixels;  ///< of one frame of the original, unless it is a document
  std::optional<std::int64_t> output_pixels;  ///< of one frame of the result
  std::optional<int> frames;                  ///< of the result
  std::optional<std::int64_t> bytes;          ///< of the original's file
  std::optional<int> cost;                    ///< ms of processor, as the plan is estimated
  bool operator==(const PolicyLimits&) const = default;
};

/// A picture that stands in: a watermark of the domain, or an object.
struct StandIn {
  std::string mark;    ///< id or alias; empty: it is an object
  std::string bucket;  ///< of the same domain: its id or alias
  std::string object;
  bool operator==(const StandIn&) const = default;
};

struct OnError {
  enum class Mode { fail, original, placeholder, last_good };
  std::optional<Mode> mode;      ///< absent: the bucket's placeholder, with the error's status
  std::optional<StandIn> image;  ///< of a placeholder; absent: the bucket's
  int status = 404;              ///< of a placeholder
  int max_age = 60;              ///< s; of what stands in
  bool operator==(const OnError&) const = default;
};

struct Disposition {
  enum class Type { inlined, attachment };
  Type type = Type::inlined;
  std::string filename = "{name}.{ext}";
  bool operator==(const Disposition&) const = default;
};

struct Policy {
  enum class Prewarm { none, upload, publish };
  /// Whether what is not there yet is made in the background while the asker is told so.
  enum class Async { automatic, never, always };
  Access access;
  Caching cache;
  Prewarm prewarm = Prewarm::none;
  Async async = Async::automatic;
  PolicyLimits limits;
  OnError on_error;
  Disposition disposition;
  std::vector<std::pair<std::string, std::string>> headers;  ///< by name, each once whatever its case
  bool operator==(const Policy&) const = default;
};

}  // namespace calotype::rule
