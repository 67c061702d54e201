#pragma once

#include <pango/pango.h>

/// The bundled fonts (cell/fonts.h) for Pango, in a configuration of their own: Fontconfig's usual one, which documents
/// are drawn with, is left alone. Private to the module.
namespace calotype::engine {

/// Makes them all that Fontconfig has in this process. Otherwise Pango, when it starts, also reads what the system has,
/// which takes as long as the system has fonts. Call before font_context(). Throws internal where a font is missing.
void use_bundled_fonts_alone();

/// What layouts are made with. The first call opens every face for good, so that a closed sandbox need not. Throws
/// internal where a font is missing. Thread: one at a time. Never freed.
PangoContext* font_context();

}  // namespace calotype::engine
