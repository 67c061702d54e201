#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace calotype {

/// What kind of failure it was, in words that know nothing of HTTP. api/problem.cpp maps them to a status.
enum class Fault {
  invalid,          ///< the request is malformed
  unprocessable,    ///< well formed, but the rule or the picture cannot be used
  unsupported,      ///< a type of content that is refused
  unauthenticated,  ///< no caller, or credentials that do not prove one
  denied,           ///< the caller is known and may not
  missing,          ///< no such thing
  conflict,         ///< the state does not allow it
  too_large,        ///< more bytes than allowed
  throttled,        ///< the caller asks too much
  full,             ///< no space left to store
  timed_out,        ///< a deadline passed
  unavailable,      ///< a dependency is down, or a queue is full; again later
  internal,         ///< a bug, or a broken invariant
};

/// One thing that is wrong with an input, and where.
struct Problem {
  std::string pointer;  ///< RFC 6901, into the body; empty for the whole
  std::string detail;
  std::string hint;  ///< what to do; may be empty

  bool operator==(const Problem&) const = default;
};

/// The one exception of the project. Message: what was attempted, with what, and what happened; lower case, no
/// trailing stop; never a secret. `code` names the problem type for machines ("image-too-large"); empty: by the fault.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& message, std::string code = {}, std::vector<Problem> problems = {})
      : std::runtime_error(message), fault_(fault), code_(std::move(code)), problems_(std::move(problems)) {}

  Fault fault() const { return fault_; }
  const std::string& code() const { return code_; }
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  Fault fault_;
  std::string code_;
  std::vector<Problem> problems_;
};

}  // namespace calotype
