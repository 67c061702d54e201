#include "engine/fonts.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include <fontconfig/fcfreetype.h>  // needs the first, and brings FreeType

#include <fmt/format.h>

#include "cell/fonts.h"
#include "core/error.h"

namespace calotype::engine {
namespace {

/// Only the names that Pango itself asks for (of the boxes that stand for unknown characters).
constexpr const char* kSettings = R"(<?xml version="1.0"?><fontconfig>
<alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
<alias binding="same"><family>mono</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>)";

FcConfig* make_configuration() {
  FcConfig* const config = FcConfigCreate();
  if (config == nullptr ||
      FcConfigParseAndLoadFromMemory(config, reinterpret_cast<const FcChar8*>(kSettings), FcTrue) == FcFalse) {
    throw Error(Fault::internal, "open the fonts: Fontconfig refuses its settings");
  }
  for (const auto& file : cell::font_files()) {
    if (FcConfigAppFontAddFile(config, reinterpret_cast<const FcChar8*>(file.path)) == FcFalse) {
      throw Error(Fault::internal,
                  fmt::format("open the font {}: it cannot be read; install {}", file.path, file.package));
    }
  }
  return config;
}

/// Cairo would look for the file before it draws, and closes files that it thinks idle: it gets the face itself.
void keep_open(FcPattern* font) {
  static const FT_Library library = [] {
    FT_Library made = nullptr;
    if (FT_Init_FreeType(&made) != 0) throw Error(Fault::internal, "open the fonts: FreeType does not start");
    return made;
  }();
  FcChar8* path = nullptr;
  int index = 0;  // in a file of several faces
  FT_Face face = nullptr;
  const bool is_open = FcPatternGetString(font, FC_FILE, 0, &path) == FcResultMatch &&
                       FcPatternGetInteger(font, FC_INDEX, 0, &index) == FcResultMatch &&
                       FT_New_Face(library, reinterpret_cast<const char*>(path), index, &face) == 0 &&
                       FcPatternAddFTFace(font, FC_FT_FACE, face) == FcTrue;
  if (!is_open) throw Error(Fault::internal, "open a font: FreeType cannot read it");
}

/// HarfBuzz has a view of the file of its own, from the first use on.
void shape_with(PangoContext* context, FcPattern* font) {
  PangoFontDescription* const description = pango_fc_font_description_from_pattern(font, FALSE);
  pango_font_description_set_absolute_size(description, 16 * PANGO_SCALE);
  PangoFont* const loaded = pango_context_load_font(context, description);
  const bool is_open = loaded != nullptr && pango_font_get_hb_font(loaded) != nullptr;
  pango_font_description_free(description);
  if (loaded != nullptr) g_object_unref(loaded);
  if (!is_open) throw Error(Fault::internal, "open a font: Pango does not find it");
}

FcConfig* configuration() {
  static FcConfig* const made = [] {
    FcConfig* const config = make_configuration();
    FcFontSet* const fonts = FcConfigGetFonts(config, FcSetApplication);
    for (int i = 0; i < fonts->nfont; ++i) keep_open(fonts->fonts[i]);
    return config;
  }();
  return made;
}

PangoContext* open_fonts() {
  FcConfig* const config = configuration();
  PangoFontMap* const map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  if (map == nullptr) throw Error(Fault::internal, "open the fonts: this Pango has no FreeType");
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), config);
  PangoContext* const context = pango_font_map_create_context(map);
  // The same on every machine, whatever its language and settings; and places of glyphs that grow with the size.
  pango_context_set_language(context, pango_language_from_string("en"));
  pango_cairo_context_set_resolution(context, 96);
  cairo_font_options_t* const options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context, FALSE);

  FcFontSet* const fonts = FcConfigGetFonts(config, FcSetApplication);
  for (int i = 0; i < fonts->nfont; ++i) shape_with(context, fonts->fonts[i]);
  return context;
}

}  // namespace

void use_bundled_fonts_alone() {
  if (FcConfigSetCurrent(configuration()) == FcFalse) {
    throw Error(Fault::internal, "open the fonts: Fontconfig refuses its settings");
  }
}

PangoContext* font_context() {
  static PangoContext* const context = open_fonts();
  return context;
}

}  // namespace calotype::engine
