#pragma once

#include <iosfwd>
#include <string>

#include "cli/files.h"

namespace calotype::cli {

/// `calotype rule check FILE`: prints every finding with its pointer and hint, then what the rule is in canonical form.
Exit check_rule(const std::string& path, bool as_json, std::ostream& out, std::ostream& err);

/// `calotype rule schema`: the language's JSON Schema.
Exit print_schema(std::ostream& out);

/// `calotype rule reference`: the tables of docs/rules.md.
Exit print_reference(std::ostream& out);

}  // namespace calotype::cli
