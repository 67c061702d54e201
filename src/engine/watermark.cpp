#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/steps.h"

namespace calotype::engine {
namespace {

/// More places than this are drawn into one layer first.
constexpr std::size_t kFewPlaces = 4;

VipsBlendMode mode_of(rule::Blend blend) {
  switch (blend) {
    case rule::Blend::normal: return VIPS_BLEND_MODE_OVER;
    case rule::Blend::multiply: return VIPS_BLEND_MODE_MULTIPLY;
    case rule::Blend::screen: return VIPS_BLEND_MODE_SCREEN;
    case rule::Blend::overlay: return VIPS_BLEND_MODE_OVERLAY;
    case rule::Blend::darken: return VIPS_BLEND_MODE_DARKEN;
    case rule::Blend::lighten: return VIPS_BLEND_MODE_LIGHTEN;
    case rule::Blend::color_dodge: return VIPS_BLEND_MODE_COLOUR_DODGE;
    case rule::Blend::color_burn: return VIPS_BLEND_MODE_COLOUR_BURN;
    case rule::Blend::hard_light: return VIPS_BLEND_MODE_HARD_LIGHT;
    case rule::Blend::soft_light: return VIPS_BLEND_MODE_SOFT_LIGHT;
    case rule::Blend::difference: return VIPS_BLEND_MODE_DIFFERENCE;
    case rule::Blend::exclusion: return VIPS_BLEND_MODE_EXCLUSION;
    case rule::Blend::add: return VIPS_BLEND_MODE_ADD;
  }
  return VIPS_BLEND_MODE_OVER;
}

VImage faded(const VImage& rgba, double percent) {
  if (percent >= 100) return rgba;
  return rounded(rgba.linear(std::vector<double>{1, 1, 1, percent / 100}, std::vector<double>{0, 0, 0, 0}), rgba);
}

/// A blurred silhouette of the mark, with room around for its softness.
VImage shadow_of(const VImage& mark, const rule::Shadow& shadow, int room) {
  const VImage alpha = alpha_of(mark).embed(room, room, mark.width() + 2 * room, mark.height() + 2 * room);
  const VImage soft = gaussian(in_memory(alpha), shadow.sigma);
  const double part = shadow.opacity / 100 * shadow.colour.alpha / 255;
  const VImage colours =
      filled(size_of(soft), {.red = shadow.colour.red, .green = shadow.colour.green, .blue = shadow.colour.blue}, mark)
          .extract_band(0, VImage::option()->set("n", 3));
  return colours.bandjoin((soft * part).rint().cast(VIPS_FORMAT_UCHAR))
      .copy(VImage::option()->set("interpretation", mark.interpretation()));
}

/// Where marks touch a picture, as one box of it.
Box bounds_of(const std::vector<Box>& places, const VImage& image) {
  int left = image.width();
  int top = image.height();
  int right = 0;
  int bottom = 0;
  for (const Box& place : places) {
    left = std::min(left, std::max(0, place.left));
    top = std::min(top, std::max(0, place.top));
    right = std::max(right, std::min(image.width(), place.left + place.width));
    bottom = std::max(bottom, std::min(image.height(), place.top + place.height));
  }
  return {.left = left, .top = top, .width = right - left, .height = bottom - top};
}

/// Source-over of one 8-bit pixel, alpha not premultiplied.
void lay_pixel(const std::uint8_t* over, std::uint8_t* under) {
  if (over[3] == 0) return;
  if (over[3] == 255 || under[3] == 0) {
    std::copy_n(over, 4, under);
    return;
  }
  const int below = under[3] * (255 - over[3]);
  const int all = over[3] * 255 + below;
  for (int i = 0; i < 3; ++i)
    under[i] = static_cast<std::uint8_t>((over[i] * over[3] * 255 + under[i] * below + all / 2) / all);
  under[3] = static_cast<std::uint8_t>((all + 127) / 255);
}

/// A transparent layer of the size of `area` with the stamp at every place.
VImage layer_of(const VImage& stamp, const std::vector<Box>& places, const Box& area) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(area.size().pixels()) * 4);
  const VImage source = in_memory(stamp);
  const auto* from = static_cast<const std::uint8_t*>(source.data());
  for (const Box& place : places) {
    const int first_x = std::max(0, area.left - place.left);
    const int last_x = std::min(place.width, area.left + area.width - place.left);
    const int first_y = std::max(0, area.top - place.top);
    const int last_y = std::min(place.height, area.top + area.height - place.top);
    for (int y = first_y; y < last_y; ++y) {
      const auto row = static_cast<std::size_t>(place.top + y - area.top) * static_cast<std::size_t>(area.width);
      for (int x = first_x; x < last_x; ++x) {
        const auto to = (row + static_cast<std::size_t>(place.left + x - area.left)) * 4;
        lay_pixel(from + (static_cast<std::ptrdiff_t>(y) * place.width + x) * 4, pixels.data() + to);
      }
    }
  }
  return from_pixels(pixels.data(), area.size(), 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
}

VImage composited(const VImage& base, const VImage& layer, rule::Blend blend) {
  const VImage over = is_wide(base) ? layer.colourspace(VIPS_INTERPRETATION_RGB16) : layer;
  auto* options = VImage::option()->set("compositing_space", base.interpretation());
  const VImage both = base.composite2(over, mode_of(blend), options);
  return rounded(base.has_alpha() ? both : colours_of(both), base);
}

}  // namespace

Stamp make_stamp(const VImage& layer, double degrees, double opacity, const std::optional<rule::Shadow>& shadow) {
  VImage image = layer;
  if (std::fmod(degrees, 90) == 0) {
    image = quarter_turn(image, static_cast<int>(degrees / 90));
  } else {
    const double angle = degrees * 3.14159265358979323846 / 180;
    const double c = std::abs(std::cos(angle));
    const double s = std::abs(std::sin(angle));
    const Size canvas{.width = std::max(1, static_cast<int>(std::lround(layer.width() * c + layer.height() * s))),
                      .height = std::max(1, static_cast<int>(std::lround(layer.width() * s + layer.height() * c)))};
    image = turn(image, degrees, canvas, kTransparent);
  }
  image = in_memory(image);

  Stamp stamp{.image = image, .origin = {}, .bounds = size_of(image)};
  if (shadow) {
    const int room = static_cast<int>(std::ceil(shadow->sigma * 3));
    const VImage soft = in_memory(shadow_of(image, *shadow, room));
    stamp.image =
        rounded(soft.composite2(image, VIPS_BLEND_MODE_OVER, VImage::option()->set("x", room)->set("y", room)), image);
    stamp.origin = {.x = room, .y = room};
  }
  stamp.image = in_memory(faded(stamp.image, opacity));
  return stamp;
}

Stamp make_stamp(const VImage& mark, const plan::Watermark& step) {
  const VImage scaled = in_memory(resize(with_alpha(mark), {.size = step.size}));
  return make_stamp(scaled, step.degrees, step.opacity, step.shadow);
}

VImage lay(const VImage& image, const Stamp& stamp, const std::vector<Point>& positions, rule::Blend blend) {
  std::vector<Box> places;
  for (const Point at : positions) {
    const Box place{.left = at.x - stamp.origin.x,
                    .top = at.y - stamp.origin.y,
                    .width = stamp.image.width(),
                    .height = stamp.image.height()};
    const bool is_seen = place.left < image.width() && place.top < image.height() && place.left + place.width > 0 &&
                         place.top + place.height > 0;
    if (is_seen) places.push_back(place);
  }
  if (places.empty()) return image;

  if (places.size() > kFewPlaces) {
    const Box area = bounds_of(places, image);
    const VImage laid = composited(cut(image, area), layer_of(stamp.image, places, area), blend);
    return image.insert(laid, area.left, area.top);
  }
  VImage result = image;
  for (const Box& place : places) {
    const Box area = bounds_of({place}, image);
    const VImage laid = composited(cut(result, area), layer_of(stamp.image, {place}, area), blend);
    result = in_memory(result.insert(laid, area.left, area.top));
  }
  return result;
}

}  // namespace calotype::engine
