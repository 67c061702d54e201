#include "delivery/rule_limits.h"

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::delivery {

namespace {

Error too_much(const char* code, const std::string& what, std::int64_t limit, std::string_view name) {
  return Error(Fault::unprocessable,
               fmt::format("{}: the limit is {} (the rule's policy.limits.{})", what, limit, name), code);
}

}  // namespace

void require_source(const rule::PolicyLimits& limits, const Object& object) {
  if (limits.bytes && object.size_bytes > static_cast<std::uint64_t>(*limits.bytes)) {
    throw too_much("image-too-large", fmt::format("render a file of {} bytes", object.size_bytes), *limits.bytes,
                   "bytes");
  }
  const auto& info = *object.info;
  if (limits.source_pixels && !is_document(info.format) && info.size.pixels() > *limits.source_pixels) {
    throw too_much("image-too-large",
                   fmt::format("render a {} of {}x{}", name_of(info.format), info.size.width, info.size.height),
                   *limits.source_pixels, "sourcePixels");
  }
}

void require_plan(const rule::PolicyLimits& limits, const Object& object, const Rule& rule,
                  const std::vector<std::optional<ImageInfo>>& marks, ImageFormat format,
                  const transform::Limits& own) {
  const bool asks_plan = limits.output_pixels || limits.frames || limits.cost;
  if (!asks_plan || is_document(object.info->format)) return;
  const auto plan = transform::make_plan(rule, *object.info, object.focal, marks, format, own);
  if (limits.cost && plan.budget.cost > *limits.cost * std::int64_t{1000}) {
    throw too_much("too-costly", fmt::format("render it in about {} ms of processor", plan.budget.cost / 1000),
                   *limits.cost, "cost");
  }
  if (plan.is_measuring()) return;
  const auto& frames = plan.decode.frames;
  require_result(limits, plan.result, frames.is_best ? 1 : frames.count);
}

void require_result(const rule::PolicyLimits& limits, Size size, int frames) {
  if (limits.output_pixels && size.pixels() > *limits.output_pixels) {
    throw too_much("result-too-large", fmt::format("render {}x{}", size.width, size.height), *limits.output_pixels,
                   "outputPixels");
  }
  if (limits.frames && frames > *limits.frames) {
    throw too_much("animation-too-long", fmt::format("render {} frames", frames), *limits.frames, "frames");
  }
}

}  // namespace calotype::delivery
