#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace calotype::http {

/// Looks at the bytes of a request's head before the parser does, and refuses what the parser would accept or repair,
/// though two programs in a row may read it differently: bare CR or LF, a folded field, NUL. It also counts.
class HeadGuard {
 public:
  struct Limits {
    std::uint64_t bytes = 0;
    std::size_t fields = 0;
    std::size_t first_line = 0;
  };
  enum class Verdict { fine, malformed, line_too_long, too_large };

  explicit HeadGuard(Limits limits) : limits_(limits) {}

  /// Looks at bytes that follow those of the last call; whatever stands behind the head's end is left alone.
  Verdict look_at(std::string_view fresh);
  bool is_at_end() const { return is_at_end_; }

 private:
  Verdict end_line();

  Limits limits_;
  std::uint64_t bytes_ = 0;
  std::size_t lines_ = 0;
  std::size_t column_ = 0;
  bool after_cr_ = false;
  bool is_at_end_ = false;
};

}  // namespace calotype::http
