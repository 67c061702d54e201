#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "engine/steps.h"

namespace calotype::engine {
namespace {

VImage matrix(const std::array<double, 9>& values) {
  return VImage::new_matrix(3, 3, const_cast<double*>(values.data()), 9);
}

/// Runs a change on the colours alone and puts alpha back.
template <class Change>
VImage on_colours(const VImage& image, Change change) {
  const VImage changed = rounded(change(colours_of(image)), image);
  if (!image.has_alpha()) return changed;
  return changed.bandjoin(alpha_of(image)).copy(VImage::option()->set("interpretation", image.interpretation()));
}

/// On values 0..1.
template <class Change>
VImage on_unit(const VImage& colours, Change change) {
  const double scale = full_scale(colours);
  return change(colours.cast(VIPS_FORMAT_FLOAT) / scale) * scale;
}

/// The colours in CIELAB, changed, and back.
template <class Change>
VImage in_lab(const VImage& colours, Change change) {
  return change(colours.colourspace(VIPS_INTERPRETATION_LAB))
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_LAB))
      .colourspace(colours.interpretation());
}

/// The values below and above which the given percentages of the brightness lie.
std::vector<double> levels_of(const VImage& colours, const rule::Normalize& normalize) {
  const VImage grey = colours.colourspace(is_wide(colours) ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W);
  const VImage luma = in_memory(grey.extract_band(0));
  return {static_cast<double>(luma.percent(normalize.lower)), static_cast<double>(luma.percent(normalize.upper))};
}

VImage normalized(const VImage& colours, const rule::Normalize& normalize, Decided& decided) {
  if (decided.levels.empty()) decided.levels = levels_of(colours, normalize);
  const double black = decided.levels[0];
  const double white = decided.levels[1];
  if (white <= black) return colours;
  return rounded((colours - black) * (full_scale(colours) / (white - black)), colours);
}

VImage brightened(const VImage& colours, double brightness) {
  return in_lab(colours, [factor = 1 + brightness / 100](const VImage& lab) {
    return lab.linear(std::vector<double>{factor, 1, 1}, std::vector<double>{0, 0, 0});
  });
}

/// Turns and stretches the plane of the two colour axes.
VImage recoloured(const VImage& colours, double saturation, double hue) {
  const double chroma = 1 + saturation / 100;
  const double angle = hue * std::numbers::pi / 180;
  const double c = chroma * std::cos(angle);
  const double s = chroma * std::sin(angle);
  return in_lab(colours, [&](const VImage& lab) { return lab.recomb(matrix({1, 0, 0, 0, c, -s, 0, s, c})); });
}

VImage sepia(const VImage& colours, double percent) {
  constexpr std::array kSepia{0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131};
  std::array<double, 9> mixed{};
  const double part = percent / 100;
  for (std::size_t i = 0; i < 9; ++i) mixed[i] = kSepia[i] * part + (i % 4 == 0 ? 1 - part : 0);
  return colours.recomb(matrix(mixed));
}

/// Keeps lightness and moves both colour axes towards those of the colour.
VImage tinted(const VImage& colours, Colour colour, double amount) {
  const VImage pixel = filled({.width = 1, .height = 1}, colour, colours).colourspace(VIPS_INTERPRETATION_LAB);
  const std::vector<double> target = pixel.getpoint(0, 0);
  return in_lab(colours, [&](const VImage& lab) {
    return lab.linear(std::vector<double>{1, 1 - amount, 1 - amount},
                      std::vector<double>{0, target[1] * amount, target[2] * amount});
  });
}

VImage grey_of(const VImage& colours) {
  return colours.colourspace(is_wide(colours) ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W).extract_band(0);
}

VImage three_of(const VImage& band) { return VImage::bandjoin({band, band, band}); }

}  // namespace

VImage adjust(const VImage& image, const rule::Adjust& values, Decided& decided) {
  return on_colours(image, [&](VImage colours) {
    const VImage like = colours;
    if (values.normalize) colours = normalized(colours, *values.normalize, decided);
    if (values.brightness != 0) colours = brightened(colours, values.brightness);
    if (values.contrast != 0) {
      const double factor = std::exp2(values.contrast / 50);
      colours = rounded(on_unit(colours, [&](const VImage& unit) { return (unit - 0.5) * factor + 0.5; }), like);
    }
    if (values.gamma != 1) {
      colours = rounded(on_unit(colours, [&](const VImage& unit) { return unit.pow(1 / values.gamma); }), like);
    }
    if (values.saturation != 0 || values.hue != 0) colours = recoloured(colours, values.saturation, values.hue);
    return values.invert ? colours.invert() : colours;
  });
}

VImage tone(const VImage& image, const rule::Tone& values) {
  return on_colours(image, [&](const VImage& colours) {
    switch (values.kind) {
      case rule::Tone::Kind::grayscale: return three_of(grey_of(colours));
      case rule::Tone::Kind::sepia: return sepia(colours, values.amount);
      case rule::Tone::Kind::tint: return tinted(colours, values.colour, values.amount);
      case rule::Tone::Kind::threshold:
        return three_of(
            (grey_of(colours) >= values.amount * full_scale(colours) / 255).ifthenelse(full_scale(colours), 0.0));
    }
    return colours;
  });
}

}  // namespace calotype::engine
