#pragma once

#include "model/rule.h"
#include "transform/draft.h"

namespace calotype::transform {

/// What stays when `found` is what the engine measured: `keep` is left around it (percent: of the width for left and
/// right, of the height for top and bottom; `dpr` does not touch it), equalX and equalY cut opposite sides alike (the
/// smaller cut of the two). The whole picture when nothing is left, or more than `max` percent of its area would go.
/// Any box is safe here: it comes from a worker that has read foreign bytes.
Box trimmed_box(const rule::Trim& trim, Box found, Size picture);

}  // namespace calotype::transform
