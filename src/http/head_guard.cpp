#include "http/head_guard.h"

namespace calotype::http {

HeadGuard::Verdict HeadGuard::look_at(std::string_view fresh) {
  for (const char c : fresh) {
    if (is_at_end_) break;
    if (++bytes_ > limits_.bytes) return lines_ == 0 ? Verdict::line_too_long : Verdict::too_large;
    if (c == '\0' || (c == '\n') != after_cr_) return Verdict::malformed;
    if (c == '\n') {
      const auto verdict = end_line();
      if (verdict != Verdict::fine) return verdict;
      continue;
    }
    after_cr_ = c == '\r';
    if (after_cr_) continue;
    if (column_ == 0 && (c == ' ' || c == '\t')) return Verdict::malformed;
    if (++column_ > limits_.first_line && lines_ == 0) return Verdict::line_too_long;
  }
  return Verdict::fine;
}

HeadGuard::Verdict HeadGuard::end_line() {
  after_cr_ = false;
  if (column_ == 0) {
    is_at_end_ = true;
    return Verdict::fine;
  }
  column_ = 0;
  return ++lines_ > limits_.fields + 1 ? Verdict::too_large : Verdict::fine;
}

}  // namespace calotype::http
