#pragma once

#include <string>

#include "rules/language.h"
#include "rules/value.h"

namespace calotype::rules {

/// A rule with conditions: its patches, when each holds, and what it is with them on. Thread: any.
class Conditional {
 public:
  /// The canonical form of a rule that has `when`.
  explicit Conditional(Value root);

  const Asks& asks() const { return asks_; }
  /// Throws as bind() where a condition asks about a parameter.
  Holding holding(const Parameters& values, const Facts& facts) const;
  /// What its conditions ask about beside the original and the parameters, as a text: equal for equal answers.
  std::string told(const Facts& facts) const;
  /// The rule with the patches on that hold, and without conditions: JSON.
  std::string patched(Holding holding) const;

 private:
  Value base_;
  Value params_;
  Value::Array entries_;
  Asks asks_;
};

}  // namespace calotype::rules
