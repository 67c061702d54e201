#pragma once

#include "model/plan.h"

namespace calotype::cell {

/// A plan in which every kind of step stands once, and no field has its default.
inline Plan plan_with_everything() {
  const Paint paint{.kind = Paint::Kind::edge, .colour = {.red = 1, .green = 2, .blue = 3, .alpha = 4}};
  const Colour colour{.red = 9, .green = 8, .blue = 7, .alpha = 6};
  const plan::Laying laying{.placing = {.pattern = Placing::Pattern::chess,
                                        .location = Location::north,
                                        .margin = {.x = -1, .y = 2},
                                        .spacing = {.x = 3, .y = 4}},
                            .degrees = 30,
                            .opacity = 45,
                            .blend = rule::Blend::screen,
                            .shadow = rule::Shadow{.sigma = 6, .opacity = 7, .colour = colour}};
  const Box box{.left = -3, .top = 4, .width = 50, .height = 60};
  Plan plan;
  plan.decode = {.info = {.format = ImageFormat::heic,
                          .size = {.width = 6000, .height = 4000},
                          .frames = 7,
                          .is_animated = true,
                          .bit_depth = 16,
                          .colour_space = ColourSpace::cmyk,
                          .has_alpha = true,
                          .is_interlaced = true,
                          .has_profile = true,
                          .orientation = 8,
                          .loop = 5},
                 .frames = {.first = 2, .count = 4, .every = 3, .is_reversed = true, .is_best = true},
                 .fail_on = rule::FailOn::warning,
                 .density = 300};
  plan.steps = {
      plan::Orient{.orientation = 6},
      plan::CoverArea{.box = box,
                      .mode = plan::CoverArea::Mode::pixelate,
                      .is_ellipse = true,
                      .sigma = 1.5,
                      .feather = 2.5,
                      .cell = 9,
                      .colour = colour},
      plan::FindTrim{.threshold = 12.25, .colour = colour, .alpha = false},
      plan::Crop{.box = box},
      plan::SmartCrop{
          .size = {.width = 30, .height = 20}, .by = plan::SmartCrop::By::entropy, .shift = {.x = -7, .y = 9}},
      plan::QuarterTurns{.turns = 3},
      plan::Turn{.degrees = -12.5, .canvas = {.width = 11, .height = 12}, .background = paint},
      plan::Flip{.horizontal = true, .vertical = true},
      plan::Resize{.size = {.width = 300, .height = 200}, .kernel = rule::Kernel::mitchell, .is_linear = true},
      plan::Extend{.canvas = {.width = 400, .height = 300},
                   .at = {.x = -5, .y = 6},
                   .mode = rule::Extend::Mode::blur,
                   .background = paint,
                   .sigma = 33},
      plan::Adjust{.values = {.brightness = 1,
                              .contrast = 2,
                              .saturation = 3,
                              .hue = 4,
                              .gamma = 5,
                              .normalize = rule::Normalize{.lower = 2, .upper = 98},
                              .invert = true}},
      plan::Tone{.values = {.kind = rule::Tone::Kind::threshold, .amount = 100, .colour = colour}},
      plan::Blur{.values = {.sigma = 4, .progressive = rule::Progressive{.angle = 90, .start = 0.25, .stop = 0.75}}},
      plan::Pixelate{.cell = 12},
      plan::Median{.window = 5},
      plan::Sharpen{.values = {.sigma = 1,
                               .flat = 2,
                               .jagged = 3.5,
                               .threshold = 4,
                               .max_bright = 5,
                               .max_dark = 6,
                               .automatic = true}},
      plan::Mask{.is_ellipse = true, .box = box, .radii = {1, 2, 3, 4}, .background = paint},
      plan::Border{
          .widths = {1, 2, 3, 4}, .colour = colour, .is_outside = false, .radii = {4, 3, 2, 1}, .is_ellipse = true},
      plan::Watermark{.mark = 2,
                      .size = {.width = 10, .height = 5},
                      .degrees = 45,
                      .positions = {{.x = 1, .y = -2}, {.x = 3, .y = 4}},
                      .opacity = 55.5,
                      .blend = rule::Blend::add,
                      .shadow = rule::Shadow{.sigma = 2, .opacity = 40, .colour = colour}},
      plan::Rect{.size = {.width = 12, .height = 7}, .colour = colour, .radius = 2.5, .laying = laying},
      plan::Gradient{.size = {.width = 13, .height = 8},
                     .from = colour,
                     .colour = {.red = 5, .green = 4, .blue = 3, .alpha = 2},
                     .angle = 45,
                     .start = 0.25,
                     .stop = 0.75,
                     .laying = laying},
  };
  plan.output = {.format = ImageFormat::webp,
                 .quality = 63,
                 .measured = rule::MeasuredQuality{.target = 0.875, .min = 30, .max = 70},
                 .encoder = {},
                 .metadata = {},
                 .background = paint,
                 .is_animated = true,
                 .loop = 9,
                 .speed = 2.5};
  plan.output.encoder = {.progressive = true,
                         .effort = 6,
                         .lossless = true,
                         .near_lossless = 40,
                         .chroma = rule::Encoder::Chroma::c444,
                         .interlace = true,
                         .compression = 9,
                         .palette = 64,
                         .dither = 0.5,
                         .bit_depth = 16,
                         .dpi = 300.5,
                         .max_bytes = 60'000,
                         .shrink = true};
  plan.output.metadata = {.strip = false,
                          .keep_copyright = false,
                          .keep_credit = true,
                          .keep_date = true,
                          .keep_camera = true,
                          .keep_gps = true,
                          .keep_iptc = true,
                          .keep_xmp = true,
                          .keep_orientation = true,
                          .set_copyright = "© A",
                          .set_credit = "B",
                          .set_source = "C",
                          .profile = rule::Metadata::Profile::keep,
                          .embed = rule::Metadata::Embed::never};
  plan.result = {.width = 420, .height = 310};
  plan.budget = {.memory_bytes = 123'456'789'012, .pixels = 9'876'543'210, .is_heavy = true};
  return plan;
}

}  // namespace calotype::cell
