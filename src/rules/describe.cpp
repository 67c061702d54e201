#include <fmt/format.h>

#include "rules/vocabulary.h"

namespace calotype::rules {
namespace {

std::string words(const Type& type) {
  std::string out;
  for (const auto& choice : type.choices) {
    if (!out.empty()) out += ", ";
    out += choice.name;
  }
  return type.choices.size() == 1 ? out : "one of " + out;
}

std::string length(const Type& type) {
  auto out = fmt::format("whole pixels from {} to {}", number_text(type.min), number_text(type.max));
  if (type.max_percent > 0 && type.min_percent < 0) {
    out +=
        fmt::format(", or a percentage from {}% to {}%", number_text(type.min_percent), number_text(type.max_percent));
  } else if (type.max_percent > 0) {
    out += fmt::format(", or a percentage up to {}%", number_text(type.max_percent));
  }
  return out;
}

std::string main_form(const Type& type) {
  switch (type.kind) {
    case Kind::boolean: return type.min == 1 ? "true" : "true or false";
    case Kind::integer:
      return fmt::format("a whole number from {} to {}", number_text(type.min), number_text(type.max));
    case Kind::number: return fmt::format("a number from {} to {}", number_text(type.min), number_text(type.max));
    case Kind::length: return length(type);
    case Kind::choice: return words(type);
    case Kind::colour: return "a colour";
    case Kind::paint: return "a colour, dominant or edge";
    case Kind::aspect: return "an aspect as \"16:9\"";
    case Kind::text: return fmt::format("a text of at most {} characters", number_text(type.max));
    case Kind::mark: return "the UUID or alias of a watermark";
    case Kind::scalar: return "a value of the parameter's type";
    case Kind::array:
      return type.min == type.max ? fmt::format("a list of {}", number_text(type.max))
                                  : fmt::format("a list of at most {}", number_text(type.max));
    case Kind::object:
    case Kind::map: return "an object";
    case Kind::patch: return "a part of a rule: an object";
    case Kind::either: return {};
  }
  return {};
}

}  // namespace

std::string describe(const Type& type) {
  auto out = main_form(type);
  for (const auto& form : type.forms) {
    if (!out.empty()) out += ", or ";
    out += describe(*form.type);
  }
  return out;
}

}  // namespace calotype::rules
