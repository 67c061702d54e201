#pragma once

#include <optional>
#include <vector>

#include "model/object.h"
#include "model/rendition.h"
#include "rules/language.h"
#include "transform/planner.h"

/// What a rule's policy refuses, whoever has made it already: renditions are shared by rules whose policies differ.
/// All throw unprocessable (codes "image-too-large", "result-too-large", "animation-too-long", "too-costly").
namespace calotype::delivery {

/// By the original.
void require_source(const rule::PolicyLimits& limits, const Object& object);

/// By what a rendition is going to be and takes, as far as its plan can tell: not of a document, nor, but for what
/// finding it takes, before a border was found.
void require_plan(const rule::PolicyLimits& limits, const Object& object, const Rule& rule,
                  const std::vector<std::optional<ImageInfo>>& marks, ImageFormat format, const transform::Limits& own);

/// By what a rendition is.
void require_result(const rule::PolicyLimits& limits, Size size, int frames);

}  // namespace calotype::delivery
