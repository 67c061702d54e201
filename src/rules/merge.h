#pragma once

#include "rules/value.h"

namespace calotype::rules {

/// RFC 7396: members of objects are put into those of the base, lists and other values replace them, null takes one
/// away.
Value merged(Value base, const Value& patch);

}  // namespace calotype::rules
