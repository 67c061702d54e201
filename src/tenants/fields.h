#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace calotype::tenants {

/// Collects what is wrong with the fields of one request, so that all of it is said at once.
class FieldCheck {
 public:
  /// `attempt`: "add a domain", for the error's message.
  explicit FieldCheck(std::string attempt) : attempt_(std::move(attempt)) {}

  /// Adds a problem at the pointer unless the claim is true.
  void require(bool is_good, std::string pointer, std::string detail, std::string hint = {});
  /// An alias: [a-z0-9][a-z0-9._-]{0,63}, and no UUID, because both stand in the same places.
  void require_alias(const std::string& value, const std::string& pointer);
  /// Text for people: UTF-8 without control characters, 1 to 200 bytes.
  void require_label(const std::string& value, const std::string& pointer);
  void require_email(const std::string& value, const std::string& pointer);
  void require_status(const std::string& value, const std::string& pointer);
  /// Content types, each "type/subtype" or "type/*", or a format's name for its type. Gives them spelled as one would.
  std::vector<std::string> require_types(const std::vector<std::string>& values, const std::string& pointer);

  /// Throws unprocessable (code "invalid-body") with all problems, when there are any.
  void finish() const;

 private:
  std::string attempt_;
  std::vector<Problem> problems_;
};

bool is_alias(std::string_view text);

}  // namespace calotype::tenants
