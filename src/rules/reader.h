#pragma once

#include "model/rule.h"
#include "rules/value.h"

namespace calotype::rules {

/// The typed rule of a canonical text whose parameters are bound. What is absent has the model's default, which a test
/// compares with the description's.
Rule read_rule(const Value& canonical);

}  // namespace calotype::rules
