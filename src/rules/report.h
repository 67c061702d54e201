#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/language.h"

namespace calotype::rules {

/// The closed set of Finding::code. Errors first, then warnings.
namespace code {
inline constexpr std::string_view kInvalidJson = "invalid-json";
inline constexpr std::string_view kTooLarge = "too-large";
inline constexpr std::string_view kTooDeep = "too-deep";
inline constexpr std::string_view kDuplicateKey = "duplicate-key";
inline constexpr std::string_view kUnknownKey = "unknown-key";
inline constexpr std::string_view kMissingKey = "missing-key";
inline constexpr std::string_view kWrongType = "wrong-type";
inline constexpr std::string_view kOutOfRange = "out-of-range";
inline constexpr std::string_view kUnknownValue = "unknown-value";
inline constexpr std::string_view kBadFormat = "bad-format";
inline constexpr std::string_view kConflict = "conflict";
inline constexpr std::string_view kWrongVersion = "wrong-version";
inline constexpr std::string_view kUnresolved = "unresolved";
inline constexpr std::string_view kUnknownParameter = "unknown-parameter";
inline constexpr std::string_view kBadParameter = "bad-parameter";

inline constexpr std::string_view kUnusedParameter = "unused-parameter";
inline constexpr std::string_view kAlphaLost = "alpha-lost";
inline constexpr std::string_view kNoEffect = "no-effect";
}  // namespace code

struct CodeDoc {
  std::string_view code;
  bool is_warning;
  std::string_view doc;
};
/// Every code that there is.
std::span<const CodeDoc> finding_codes();

/// What is wrong with a rule so far. A rule of 64 KiB can hold thousands of errors; the first 200 are kept.
class Report {
 public:
  void error(std::string pointer, std::string_view code, std::string message, std::string hint = {});
  void warning(std::string pointer, std::string_view code, std::string message, std::string hint = {}) {
    if (warnings.size() < kMostFindings)
      warnings.push_back({std::move(pointer), std::string(code), std::move(message), std::move(hint)});
  }

  /// Of errors, also of those beyond what is kept.
  std::size_t count() const { return count_; }
  bool is_full() const { return errors.size() >= kMostFindings; }

  static constexpr std::size_t kMostFindings = 200;
  std::vector<Finding> errors;
  std::vector<Finding> warnings;

 private:
  std::size_t count_ = 0;
};

/// The pointer of a member (RFC 6901: '~' and '/' in its name are escaped) or of an element.
std::string child(std::string_view pointer, std::string_view name);
std::string child(std::string_view pointer, std::size_t index);

/// "did you mean \"width\"?" for the candidate nearest to the word; empty when none is near.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);

/// At most 80 bytes of a text that somebody sent, for a message; cut between characters.
std::string excerpt(std::string_view text);

}  // namespace calotype::rules
