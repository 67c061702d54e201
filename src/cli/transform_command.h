#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "cli/files.h"
#include "ports/image_engine.h"
#include "rules/language.h"

namespace calotype::cli {

/// `calotype transform IN OUT --rule rule.json`.
struct TransformOptions {
  std::string in;   ///< a path or "-"
  std::string out;  ///< a path or "-"
  std::string rule;
  rules::Parameters parameters;
  ClientHints hints{};  ///< that the rule's conditions may ask about
  std::string accept;   ///< as a browser's header, for rules that negotiate; empty: by OUT's ending
  std::vector<std::pair<std::string, std::string>> watermarks;  ///< id or alias (empty: the default) and file
  bool explains = false;                                        ///< prints the plan to `err`
};

/// Renders one picture by one rule, with the engine that a service uses. Throws what reading, planning and rendering
/// throw.
Task<Exit> transform_picture(Context ctx, TransformOptions options, ImageEngine& engine, std::ostream& err);

/// `calotype info IN`: what the header of a picture says, as JSON on one line.
Task<Exit> print_info(Context ctx, std::string path, ImageEngine& engine, std::ostream& out);

/// Which exit code an error of these commands ends with.
Exit exit_of(const Error& error);

}  // namespace calotype::cli
