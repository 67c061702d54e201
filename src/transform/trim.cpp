#include "transform/trim.h"

#include <algorithm>

#include "transform/length.h"

namespace calotype::transform {

Box trimmed_box(const rule::Trim& trim, Box found, Size picture) {
  const Box whole{.width = picture.width, .height = picture.height};
  const auto inside = clip_to(found, picture);
  if (!inside) return whole;

  const int keep_x = nearest(pixels_of(trim.keep, picture.width, 1));
  const int keep_y = nearest(pixels_of(trim.keep, picture.height, 1));
  int left = std::max(0, inside->left - keep_x);
  int top = std::max(0, inside->top - keep_y);
  int right = std::max(0, picture.width - inside->left - inside->width - keep_x);
  int bottom = std::max(0, picture.height - inside->top - inside->height - keep_y);
  if (trim.equal_x) left = right = std::min(left, right);
  if (trim.equal_y) top = bottom = std::min(top, bottom);

  const std::int64_t width = std::int64_t{picture.width} - left - right;
  const std::int64_t height = std::int64_t{picture.height} - top - bottom;
  if (width < 1 || height < 1) return whole;
  const Box kept{.left = left, .top = top, .width = static_cast<int>(width), .height = static_cast<int>(height)};
  const auto gone = static_cast<double>(picture.pixels() - kept.size().pixels());
  return gone * 100.0 > trim.max * static_cast<double>(picture.pixels()) ? whole : kept;
}

}  // namespace calotype::transform
