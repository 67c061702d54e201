#pragma once

#include "core/digest.h"
#include "rules/value.h"

namespace calotype::rules {

/// Names what is to be seen by a bound rule in canonical form: two rules that differ only in size, format, quality or
/// encoder have the same. Whether the shapes of two renditions are the same, their sizes tell.
Digest look_of(const Value& canonical);

}  // namespace calotype::rules
