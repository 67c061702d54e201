#include "transform/crop.h"

#include <algorithm>

#include <fmt/format.h>

#include "transform/gravity.h"
#include "transform/length.h"

namespace calotype::transform {
namespace {

/// Edges are rounded, not sides: neighbouring rectangles in percent share no pixel and leave none out.
Box rectangle_of(const rule::Crop& crop, Size size) {
  const double left = crop.left ? pixels_of(*crop.left, size.width, 1) : 0;
  const double top = crop.top ? pixels_of(*crop.top, size.height, 1) : 0;
  const double right = crop.width ? left + pixels_of(*crop.width, size.width, 1) : size.width;
  const double bottom = crop.height ? top + pixels_of(*crop.height, size.height, 1) : size.height;
  return {.left = nearest(left),
          .top = nearest(top),
          .width = nearest(right) - nearest(left),
          .height = nearest(bottom) - nearest(top)};
}

void crop_rectangle(Draft& draft, const rule::Crop& crop) {
  const auto asked = rectangle_of(crop, draft.size());
  const auto box = clip_to(asked, draft.size());
  if (!box) {
    refuse("empty-crop", fmt::format("crop {}x{} at {},{} from a picture of {}x{}: nothing is left", asked.width,
                                     asked.height, asked.left, asked.top, draft.size().width, draft.size().height));
  }
  const auto kept = zoomed(box->size(), crop.zoom);
  const auto at = anchor(kept, box->size(), Location::center);
  draft.crop({.left = box->left + at.x, .top = box->top + at.y, .width = kept.width, .height = kept.height});
}

/// The size that is asked for, before the zoom.
Size wanted_size(const rule::Crop& crop, Size size) {
  const auto side = [](const rule::Length& length, int whole) { return side_of(pixels_of(length, whole, 1)); };
  if (!crop.aspect) {
    return {.width = crop.width ? side(*crop.width, size.width) : size.width,
            .height = crop.height ? side(*crop.height, size.height) : size.height};
  }
  const double ratio = crop.aspect->width / crop.aspect->height;
  if (crop.width) {
    const double width = pixels_of(*crop.width, size.width, 1);
    return {.width = side_of(width), .height = side_of(width / ratio)};
  }
  if (crop.height) {
    const double height = pixels_of(*crop.height, size.height, 1);
    return {.width = side_of(height * ratio), .height = side_of(height)};
  }
  if (ratio >= 1.0 * size.width / size.height) {
    return {.width = size.width, .height = std::max(1, at_most(size.width / ratio))};
  }
  return {.width = std::max(1, at_most(size.height * ratio)), .height = size.height};
}

}  // namespace

void crop(Draft& draft, const rule::Crop& crop) {
  if (crop.left || crop.top) return crop_rectangle(draft, crop);
  const auto size = draft.size();
  const auto wanted = wanted_size(crop, size);
  const Size whole{.width = std::min(wanted.width, size.width), .height = std::min(wanted.height, size.height)};
  const auto pull = choose_pull(crop.gravity, draft);
  keep(draft, zoomed(whole, crop.zoom * pull.gravity.zoom), pull, 1);
}

}  // namespace calotype::transform
