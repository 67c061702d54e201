#pragma once

#include "model/rule.h"
#include "transform/draft.h"

/// Stages 3 to 5: what must not be recognised. Areas are measured on the upright original; `dpr` does not touch them.
namespace calotype::transform {

/// An area in pixels, its edges rounded outwards, cut to the picture; nullopt: nothing of it is in the picture.
std::optional<Box> box_of(const rule::Area& area, Size picture);

void blur_areas(Draft& draft, const rule::BlurAreas& blur);
void pixelate_areas(Draft& draft, const std::vector<rule::PixelateArea>& areas);
void redact(Draft& draft, const rule::Redact& redaction);

}  // namespace calotype::transform
