#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "engine/fonts.h"
#include "engine/steps.h"

namespace calotype::engine {
namespace {

using rule::Text;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Layout = std::unique_ptr<PangoLayout, Freed<g_object_unref>>;
using Surface = std::unique_ptr<cairo_surface_t, Freed<cairo_surface_destroy>>;
using Pen = std::unique_ptr<cairo_t, Freed<cairo_destroy>>;

double pixels(int units) { return static_cast<double>(units) / PANGO_SCALE; }

const char* family_of(Text::Font font) {
  switch (font) {
    case Text::Font::sans:
    case Text::Font::sans_bold: return "DejaVu Sans";
    case Text::Font::serif:
    case Text::Font::serif_bold: return "DejaVu Serif";
    case Text::Font::mono:
    case Text::Font::mono_bold: return "DejaVu Sans Mono";
  }
  return "DejaVu Sans";
}

bool is_bold(Text::Font font) {
  return font == Text::Font::sans_bold || font == Text::Font::serif_bold || font == Text::Font::mono_bold;
}

int rim_of(const plan::Text& step) {
  return step.padding + (step.outline ? static_cast<int>(std::ceil(step.outline->width)) : 0);
}

void set_font(PangoLayout* layout, const plan::Text& step) {
  PangoFontDescription* const description = pango_font_description_new();
  pango_font_description_set_family_static(description, family_of(step.font));
  pango_font_description_set_weight(description, is_bold(step.font) ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(description, step.size * PANGO_SCALE);
  pango_layout_set_font_description(layout, description);
  pango_font_description_free(description);
}

Layout lay_out(const plan::Text& step, int room) {
  PangoContext* const context = font_context();
  pango_context_set_base_dir(context,
                             step.direction == Text::Direction::rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  Layout layout(pango_layout_new(context));
  set_font(layout.get(), step);
  pango_layout_set_auto_dir(layout.get(), step.direction == Text::Direction::automatic);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_spacing(layout.get(), static_cast<int>(std::lround(step.line_spacing * PANGO_SCALE)));
  if (step.has_ellipsis) {
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    pango_layout_set_height(layout.get(), step.wrap == Text::Wrap::none ? -1 : -step.max_lines);
  }
  pango_layout_set_wrap(layout.get(), step.wrap == Text::Wrap::character ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  const bool is_bounded = step.wrap != Text::Wrap::none || step.has_ellipsis;
  pango_layout_set_width(layout.get(), is_bounded ? room * PANGO_SCALE : -1);
  // As it is: no mark-up.
  pango_layout_set_text(layout.get(), step.text.data(), static_cast<int>(step.text.size()));
  return layout;
}

/// One line, and where it stands from the top of the first. In pixels.
struct Line {
  PangoLayoutLine* line;  ///< of the layout
  double baseline;
  double width;  ///< from its origin to where the next character would be
  double origin;
  double left;  ///< of what is inked, from the origin
  double right;
  double top;  ///< of what is inked or belongs to the line
  double bottom;
};

std::vector<Line> lines_of(PangoLayout* layout, int most) {
  std::vector<Line> lines;
  PangoLayoutIter* const at = pango_layout_get_iter(layout);
  double first = 0;
  do {
    PangoRectangle ink;
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(at, &ink, &logical);
    if (lines.empty()) first = pixels(logical.y);
    const bool has_ink = ink.width > 0 && ink.height > 0;
    const int top = has_ink ? std::min(ink.y, logical.y) : logical.y;
    const int bottom = has_ink ? std::max(ink.y + ink.height, logical.y + logical.height) : logical.y + logical.height;
    lines.push_back({.line = pango_layout_iter_get_line_readonly(at),
                     .baseline = pixels(pango_layout_iter_get_baseline(at)) - first,
                     .width = pixels(logical.width),
                     .origin = 0,
                     .left = has_ink ? std::min(0.0, pixels(ink.x - logical.x)) : 0,
                     .right = has_ink ? std::max(0.0, pixels(ink.x + ink.width - logical.x - logical.width)) : 0,
                     .top = pixels(top) - first,
                     .bottom = pixels(bottom) - first});
  } while (static_cast<int>(lines.size()) < most && pango_layout_iter_next_line(at) != FALSE);
  pango_layout_iter_free(at);
  return lines;
}

/// The box around the lines, and the origin of the first in it.
struct Sheet {
  Size size;
  double left = 0;
  double top = 0;
};

/// Gives every line its place across.
Sheet arrange(std::vector<Line>& lines, const plan::Text& step, int room) {
  double width = 0;
  double before = 0;
  double behind = 0;
  double top = 0;
  double bottom = 0;
  for (const auto& line : lines) {
    width = std::max(width, line.width);
    before = std::max(before, -line.left);
    behind = std::max(behind, line.right);
    top = std::min(top, line.top);
    bottom = std::max(bottom, line.bottom);
  }
  const bool is_fixed = step.is_width_fixed;
  const int inner = is_fixed ? room : std::min(room, static_cast<int>(std::ceil(width)));
  const int left_over = is_fixed ? 0 : static_cast<int>(std::ceil(before));
  const int right_over = is_fixed ? 0 : static_cast<int>(std::ceil(behind));
  for (auto& line : lines) {
    const double free = inner - line.width;
    line.origin = step.align == Text::Align::left ? 0 : step.align == Text::Align::right ? free : free / 2;
  }
  const int rim = rim_of(step);
  const int over = static_cast<int>(std::ceil(-top));
  const Size size{.width = inner + left_over + right_over + 2 * rim,
                  .height = static_cast<int>(std::ceil(bottom)) + over + 2 * rim};
  return {.size = {.width = std::clamp(size.width, 1, step.most.width),
                   .height = std::clamp(size.height, 1, step.most.height)},
          .left = static_cast<double>(rim + left_over),
          .top = static_cast<double>(rim + over)};
}

void use(cairo_t* pen, Colour colour) {
  cairo_set_source_rgba(pen, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0, colour.alpha / 255.0);
}

void trace(cairo_t* pen, const std::vector<Line>& lines, const Sheet& sheet) {
  for (const auto& line : lines) {
    // On whole pixels, as the hinting of the letters expects.
    cairo_move_to(pen, sheet.left + line.origin, std::round(sheet.top + line.baseline));
    pango_cairo_layout_line_path(pen, line.line);
  }
}

/// The letters that were traced, with their outline.
void paint(cairo_t* pen, const plan::Text& step) {
  if (!step.outline) {
    use(pen, step.colour);
    cairo_fill(pen);
    return;
  }
  // The outline is outside of the letters only, and does not shine through where they may be seen through. Added, the
  // two leave no seam.
  cairo_push_group(pen);
  use(pen, step.outline->colour);
  cairo_set_line_width(pen, 2 * step.outline->width);
  cairo_set_line_join(pen, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke_preserve(pen);
  cairo_set_operator(pen, CAIRO_OPERATOR_DEST_OUT);
  cairo_set_source_rgba(pen, 0, 0, 0, 1);
  cairo_fill_preserve(pen);
  cairo_set_operator(pen, CAIRO_OPERATOR_ADD);
  use(pen, step.colour);
  cairo_fill(pen);
  cairo_pop_group_to_source(pen);
  cairo_paint(pen);
}

void require_drawn(cairo_status_t status) {
  if (status == CAIRO_STATUS_NO_MEMORY) throw std::bad_alloc();
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(Fault::internal, fmt::format("draw a text: {}", cairo_status_to_string(status)));
  }
}

/// From Cairo's premultiplied words to RGBA.
VImage picture_of(cairo_surface_t* surface, Size size) {
  cairo_surface_flush(surface);
  const auto* const data = cairo_image_surface_get_data(surface);
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
  std::vector<std::uint8_t> rgba;
  rgba.reserve(static_cast<std::size_t>(size.pixels()) * 4);
  for (int y = 0; y < size.height; ++y) {
    const auto* const row = reinterpret_cast<const std::uint32_t*>(data + static_cast<std::size_t>(y) * stride);
    for (int x = 0; x < size.width; ++x) {
      const std::uint32_t word = row[x];
      const std::uint32_t alpha = word >> 24U;
      for (const unsigned shift : {16U, 8U, 0U}) {
        const std::uint32_t value = (word >> shift) & 0xffU;
        rgba.push_back(alpha == 0 ? 0 : static_cast<std::uint8_t>(std::min(255U, (value * 255 + alpha / 2) / alpha)));
      }
      rgba.push_back(static_cast<std::uint8_t>(alpha));
    }
  }
  return from_pixels(rgba.data(), size, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
}

}  // namespace

VImage draw(const plan::Text& step) {
  const int room = std::max(1, step.width - 2 * rim_of(step));
  const Layout layout = lay_out(step, room);
  auto lines = lines_of(layout.get(), step.max_lines);
  const Sheet sheet = arrange(lines, step, room);

  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, sheet.size.width, sheet.size.height));
  require_drawn(cairo_surface_status(surface.get()));
  const Pen pen(cairo_create(surface.get()));
  if (step.background) {
    use(pen.get(), *step.background);
    cairo_paint(pen.get());
  }
  trace(pen.get(), lines, sheet);
  paint(pen.get(), step);
  require_drawn(cairo_status(pen.get()));
  return picture_of(surface.get(), sheet.size);
}

}  // namespace calotype::engine
