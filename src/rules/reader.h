#pragma once

#include "model/rule.h"
#include "model/rule_policy.h"
#include "rules/value.h"

namespace calotype::rules {

/// The typed rule of a canonical text whose parameters are bound. What is absent has the model's default, which a test
/// compares with the description's.
Rule read_rule(const Value& canonical);

/// The same of the canonical form of `policy`.
rule::Policy read_policy(const Value& canonical);

}  // namespace calotype::rules
