#pragma once

#include <optional>
#include <vector>

#include "model/placing.h"
#include "model/rule.h"

/// What watermarks and overlays have in common.
namespace calotype::transform {

/// False where it is left out: on an output smaller than ifMinWidth or ifMinHeight (times dpr), or without opacity.
bool is_shown(const rule::Laying& laying, Size output, double dpr);

/// In pixels: a margin's percent is of the width across and of the height down, and so is the spacing's.
Placing placing_of(const rule::Laying& laying, Size output, double dpr);

std::optional<rule::Shadow> shadow_of(const rule::Laying& laying, double dpr);

/// The top left corners of what has a bounding box of this size, turned as it is.
/// Throws: unprocessable "too-many-marks".
std::vector<Point> mark_positions(const rule::Laying& laying, Size bounds, Size output, double dpr);

}  // namespace calotype::transform
