#include "engine/head.h"

#include <algorithm>
#include <cmath>

namespace calotype::engine {
namespace {

bool can_shrink(const Plan& plan, const plan::Resize& resize) {
  if (resize.is_linear || resize.kernel == rule::Kernel::nearest) return false;
  const ImageInfo& info = plan.decode.info;
  return info.format == ImageFormat::jpg || (info.format == ImageFormat::webp && !info.is_animated);
}

/// The largest of 8, 4, 2 that leaves at least twice the pixels that are wanted.
int choose_shrink(Size from, Size to) {
  const double ratio =
      std::min(static_cast<double>(from.width) / to.width, static_cast<double>(from.height) / to.height);
  for (const int shrink : {8, 4, 2}) {
    if (ratio >= 2.0 * shrink) return shrink;
  }
  return 1;
}

/// Rounds the edges to the nearest pixel of the shrunk picture: off by at most a quarter of a pixel of the result.
Box shrunk_box(const Box& box, int shrink, Size stored) {
  const int width = (stored.width + shrink - 1) / shrink;
  const int height = (stored.height + shrink - 1) / shrink;
  const auto scaled = [shrink](int value) {
    return static_cast<int>(std::lround(static_cast<double>(value) / shrink));
  };
  const int left = std::min(scaled(box.left), width - 1);
  const int top = std::min(scaled(box.top), height - 1);
  const int right = box.left + box.width == stored.width ? width : scaled(box.left + box.width);
  const int bottom = box.top + box.height == stored.height ? height : scaled(box.top + box.height);
  return {.left = left,
          .top = top,
          .width = std::clamp(right - left, 1, width - left),
          .height = std::clamp(bottom - top, 1, height - top)};
}

}  // namespace

Box stored_box(const Box& upright, int orientation, Size stored) {
  const auto [left, top, width, height] = upright;
  const int from_right = stored.width - left - width;
  const int from_bottom = stored.height - top - height;
  switch (orientation) {
    case 2: return {.left = from_right, .top = top, .width = width, .height = height};
    case 3: return {.left = from_right, .top = from_bottom, .width = width, .height = height};
    case 4: return {.left = left, .top = from_bottom, .width = width, .height = height};
    case 5: return {.left = top, .top = left, .width = height, .height = width};
    case 6: return {.left = top, .top = stored.height - left - width, .width = height, .height = width};
    case 7:
      return {
          .left = stored.width - top - height, .top = stored.height - left - width, .width = height, .height = width};
    case 8: return {.left = stored.width - top - height, .top = left, .width = height, .height = width};
    default: return upright;
  }
}

Head make_head(const Plan& plan) {
  Head head;
  const Size stored = plan.decode.info.size;
  std::size_t next = 0;
  if (!plan.steps.empty() && std::holds_alternative<plan::Orient>(plan.steps[0])) {
    head.orientation = std::get<plan::Orient>(plan.steps[0]).orientation;
    ++next;
  }

  std::optional<Box> kept;
  for (; next < plan.steps.size() && std::holds_alternative<plan::Crop>(plan.steps[next]); ++next) {
    Box box = std::get<plan::Crop>(plan.steps[next]).box;
    if (kept) {
      box.left += kept->left;
      box.top += kept->top;
    }
    kept = box;
  }
  if (kept) head.crop = stored_box(*kept, head.orientation, stored);

  if (next < plan.steps.size() && std::holds_alternative<plan::Resize>(plan.steps[next])) {
    plan::Resize resize = std::get<plan::Resize>(plan.steps[next]);
    if (head.orientation >= 5) std::swap(resize.size.width, resize.size.height);
    if (can_shrink(plan, resize)) {
      head.shrink = choose_shrink(head.crop ? head.crop->size() : stored, resize.size);
      if (head.crop) head.crop = shrunk_box(*head.crop, head.shrink, stored);
    }
    head.resize = resize;
    ++next;
  }
  head.steps = next;
  return head;
}

}  // namespace calotype::engine
