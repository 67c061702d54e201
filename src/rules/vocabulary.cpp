#include "rules/vocabulary.h"

#include <algorithm>

#include "rules/checks.h"
#include "rules/rule_name.h"
#include "rules/scalar.h"

namespace calotype::rules {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_rule_name(std::string_view text) {
  if (text.empty() || text.size() > 64 || !is_lower_or_digit(text[0])) return false;
  return std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

TypePtr stages() {
  const auto stage = make(
      {.kind = Kind::object,
       .name = "stage",
       .keys = {
           {"actions",
            later_actions(),
            {.fallback = Value::Array{}},
            "As the rule's own, but for `blurAreas`, `pixelateAreas`, `redact` and `trim`."},
           {"watermark", watermark(), {}, "As the rule's own; at most eight in all stages."},
           {"overlays", overlays(), {.fallback = Value::Array{}}, "As the rule's own; at most sixteen in all stages."},
           {"background", paint(), {.diamond = true}, "Absent: the rule's."}}});
  auto list = *array_of(stage, 0, 4);
  list.normalise = checks::drop_empty_stages;
  return make(std::move(list));
}

bool names_rule(std::string_view text) { return read_rule_name(text).has_value(); }

TypePtr build_rule() {
  const auto name = make(
      {.kind = Kind::text, .min = 1, .max = 64, .pattern = "^[a-z0-9][a-z0-9._-]{0,63}$", .matches = is_rule_name});
  const auto description = make({.kind = Kind::text, .max = 500});
  std::vector<Key> keys{
      {"version",
       choice({{"2016-10", "the original language"}, {"2017-06", "the same"}, {"2026-01", "this language"}}),
       {.original = true},
       "Which language the rule is written in. Absent: `2016-10` where only keys of the original language are used, "
       "else `2026-01`."},
      {"name", name, {.original = true, .unhashed = true}, "The alias under which the rule is stored."},
      {"description", description, {.original = true, .unhashed = true}, "For people."},
      {"extends",
       make({.kind = Kind::text,
             .min = 1,
             .max = 129,
             .pattern = "^[a-z0-9][a-z0-9._-]{0,63}(@[a-z0-9][a-z0-9._-]{0,63})?$",
             .matches = names_rule}),
       {.modern = true, .unhashed = true},
       "The rule of the domain that this one builds upon, by its name or id, perhaps with @revision or @label. It is "
       "resolved when the rule is stored."},
      {"source",
       source(),
       {.fallback = Value::Object{}},
       "Which page or frame of the original is read, and how strictly."},
      {"actions",
       actions(),
       {.fallback = Value::Array{}, .original = true},
       "What is done to the pixels. Their order in the list means nothing: they run in the order of the fixed "
       "pipeline, each at most once."},
      {"blurAreas", blur_areas(), {.original = true}, "The action of this name in the old place."},
      {"pixelateAreas", pixelate_areas(), {.original = true}, "The action of this name in the old place."},
      {"pipeline",
       choice({{"fixed", "the order of the pipeline"}}),
       {.fallback = "fixed"},
       "The order of the actions."},
      {"watermark", watermark(), {.original = true}, "One mark or several, laid over the result in this order."},
      {"overlays",
       overlays(),
       {.fallback = Value::Array{}},
       "What is drawn over the result after its watermarks, in this order."},
      {"then",
       stages(),
       {.fallback = Value::Array{}},
       "What is done next, each stage to the pixels of the one before, marks included."},
      {"format", format(), {.fallback = "origin", .diamond = true, .original = true}, "The type of the result."},
      {"quality",
       quality(),
       {.fallback = Value::Object{}, .diamond = true, .original = true},
       "How well lossy formats keep the picture, in percent."},
      {"encoder",
       encoder(),
       {.fallback = Value::Object{}},
       "Switches of the encoders; one that a format lacks is passed over."},
      {"background",
       paint(),
       {.fallback = "#ffffff", .diamond = true},
       "What is under transparent pixels when the format has none, and what padding is made of."},
      {"dpr",
       number(0.5, 5),
       {.fallback = 1, .diamond = true},
       "Device pixels for each pixel of the rule: multiplies every length in px."},
      {"enlarge",
       boolean(),
       {.fallback = false, .diamond = true},
       "Whether the picture may become larger than the original."},
      {"autoRotate",
       boolean(),
       {.fallback = true, .original = true},
       "Whether the picture is turned upright by its EXIF orientation first."},
      {"animation", animation(), {.fallback = Value::Object{}}, "What becomes of moving pictures."},
      {"metadata", metadata(), {.fallback = Value::Object{}}, "What the result tells about itself."},
      {"params", parameters(), {.fallback = Value::Object{}}, "Values that the caller fills in."},
      {"when",
       when(),
       {.fallback = Value::Array{}, .modern = true},
       "Patches that are put upon the rule, in this order, each where its condition holds."},
      {"policy",
       policy(),
       {.unhashed = true},
       "What is no part of the picture: who may use the rule, what it may take, how results are kept and answered, and "
       "what happens where one fails."},
  };
  return make({.kind = Kind::object,
               .name = "rule",
               .keys = std::move(keys),
               .precheck = checks::no_base,
               .check = checks::rule,
               .normalise = checks::move_areas});
}

bool main_accepts(const Type& type, const Value& value) {
  switch (type.kind) {
    case Kind::boolean: return value.boolean() != nullptr;
    case Kind::integer:
    case Kind::number: return value.number() != nullptr;
    case Kind::length: return value.number() != nullptr || value.text() != nullptr;
    case Kind::choice: {
      const bool has_digits = std::ranges::any_of(type.choices, [](const Choice& c) { return is_digits(c.name); });
      return value.text() != nullptr || (has_digits && value.number() != nullptr);
    }
    case Kind::colour:
    case Kind::paint:
    case Kind::aspect:
    case Kind::text:
    case Kind::mark: return value.text() != nullptr;
    case Kind::scalar: return value.text() != nullptr || value.number() != nullptr || value.boolean() != nullptr;
    case Kind::array: return value.array() != nullptr;
    case Kind::object:
    case Kind::map:
    case Kind::patch: return value.object() != nullptr;
    case Kind::either: return false;
  }
  return false;
}

bool accepts(const Type& type, const Value& value) {
  return main_accepts(type, value) ||
         std::ranges::any_of(type.forms, [&](const Form& form) { return accepts(*form.type, value); });
}

}  // namespace

const Type& rule_type() {
  static const TypePtr type = build_rule();
  return *type;
}

const Type& action_type() { return *find_key(rule_type(), "actions")->type->element; }

std::size_t pipeline_place(std::string_view action) {
  const auto& keys = action_type().keys;
  return static_cast<std::size_t>(std::ranges::find(keys, action, &Key::name) - keys.begin());
}

const Key* find_key(const Type& type, std::string_view name) {
  for (const auto& key : type.keys) {
    if (key.name == name && !is_open(key)) return &key;
    const auto stem = key.name.substr(0, key.name.size() - 1);
    if (is_open(key) && name.size() > stem.size() && name.starts_with(stem)) return &key;
  }
  return nullptr;
}

bool is_open(const Key& key) { return key.name.ends_with(".*"); }

const Choice* find_choice(const Type& type, std::string_view word) {
  for (const auto& choice : type.choices) {
    if (choice.name == word || std::ranges::find(choice.aliases, word) != choice.aliases.end()) return &choice;
  }
  return nullptr;
}

bool is_parameter_name(std::string_view name) {
  if (name.empty() || name.size() > 16 || name[0] < 'a' || name[0] > 'z') return false;
  return std::ranges::all_of(name, [](char c) { return is_lower_or_digit(c) || c == '_'; });
}

bool is_reference(const Value& value) {
  const auto* text = value.text();
  return text != nullptr && text->starts_with('$') && is_parameter_name(std::string_view(*text).substr(1));
}

bool is_extension(std::string_view name) { return name.starts_with("x-"); }

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Spelling spelling_of(const Type& type, const Value& value) {
  if (main_accepts(type, value)) return {.is_main = true};
  // A word of a closed set comes before free text that would take it too ("max" before a length).
  const Form* first = nullptr;
  for (const auto& form : type.forms) {
    if (!accepts(*form.type, value)) continue;
    const bool is_word = form.type->kind == Kind::choice;
    if (is_word && value.text() != nullptr && find_choice(*form.type, *value.text()) != nullptr) return {.form = &form};
    if (first == nullptr || (first->type->kind == Kind::choice && !is_word)) first = &form;
  }
  return {.form = first};
}

TypePtr make(Type type) { return std::make_shared<const Type>(std::move(type)); }

TypePtr boolean() {
  static const TypePtr type = make({.kind = Kind::boolean});
  return type;
}
TypePtr only_true() { return make({.kind = Kind::boolean, .min = 1, .max = 1}); }
TypePtr integer(double min, double max) { return make({.kind = Kind::integer, .min = min, .max = max}); }
TypePtr number(double min, double max) { return make({.kind = Kind::number, .min = min, .max = max}); }
TypePtr choice(std::vector<Choice> choices) { return make({.kind = Kind::choice, .choices = std::move(choices)}); }
TypePtr array_of(TypePtr element, double min, double max) {
  return make({.kind = Kind::array, .min = min, .max = max, .element = std::move(element)});
}
TypePtr object_of(std::vector<Key> keys) { return make({.kind = Kind::object, .keys = std::move(keys)}); }

}  // namespace calotype::rules
