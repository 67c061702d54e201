#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/language.h"
#include "rules/vocabulary.h"

/// The tables of docs/rules.md from the description.
namespace calotype::rules {
namespace {

constexpr std::array<std::string_view, 6> kShared{"area", "colour", "gravity", "location", "mark", "paint"};

/// Types that have their own row or section and are named, not repeated.
bool is_shared(const Type& type) { return std::ranges::find(kShared, type.name) != kShared.end(); }

std::string range(const Type& type, std::string_view what) {
  return fmt::format("{} {}…{}", what, number_text(type.min), number_text(type.max));
}

std::string words(const Type& type) {
  std::string out;
  for (const auto& choice : type.choices) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", choice.name);
  return out;
}

std::string short_type(const Type& type);

std::string main_type(const Type& type) {
  switch (type.kind) {
    case Kind::boolean: return type.min == 1 ? "`true`" : "bool";
    case Kind::integer: return range(type, "integer");
    case Kind::number: return range(type, "number");
    case Kind::length: {
      auto out = range(type, "px");
      if (type.min_percent < 0)
        out += fmt::format(" or {}…{} %", number_text(type.min_percent), number_text(type.max_percent));
      else if (type.max_percent > 0)
        out += fmt::format(" or up to {} %", number_text(type.max_percent));
      return out;
    }
    case Kind::choice: return words(type);
    case Kind::aspect: return "aspect, `\"16:9\"`";
    case Kind::text: return fmt::format("text of {}…{} characters", number_text(type.min), number_text(type.max));
    case Kind::scalar: return "a value of the type";
    case Kind::array: {
      const auto count = type.min == type.max ? number_text(type.max)
                                              : fmt::format("{}…{}", number_text(type.min), number_text(type.max));
      return fmt::format("list of {}: {}", count, short_type(*type.element));
    }
    case Kind::object: return "object";
    case Kind::map:
      return fmt::format("object of at most {}: name to {}", number_text(type.max),
                         type.element->kind == Kind::object ? "[parameter](#parameters)" : short_type(*type.element));
    case Kind::patch: return "a part of a rule";
    case Kind::colour:
    case Kind::paint:
    case Kind::mark:
    case Kind::either: return {};
  }
  return {};
}

std::string short_type(const Type& type) {
  if (is_shared(type)) return fmt::format("[{}](#shared-types)", type.name);
  auto out = main_type(type);
  for (const auto& form : type.forms) {
    const auto way = short_type(*form.type);
    if (way == out) continue;
    out += (out.empty() ? "" : "; or ") + way;
  }
  return out;
}

std::string default_text(const Key& key) {
  if (key.traits.required) return "required";
  if (!key.traits.fallback || key.traits.fallback->object() != nullptr) return "";
  if (*key.traits.fallback == default_gravity()) return "`[\"focal\",\"center\"]`";
  const auto* text = key.traits.fallback->text();
  return fmt::format("`{}`", text != nullptr && !text->empty() ? *text : key.traits.fallback->canonical());
}

/// The keys of an object that stands inside: of the type itself or of its elements; nullptr where there are none.
const Type* inside(const Type& type) {
  if (is_shared(type) || type.kind == Kind::map) return nullptr;
  if (type.kind == Kind::object) return &type;
  if (type.kind == Kind::array) return inside(*type.element);
  for (const auto& form : type.forms) {
    if (const auto* found = inside(*form.type)) return found;
  }
  return nullptr;
}

void append_rows(std::string& to, const Type& type, const std::string& prefix) {
  for (const auto& key : type.keys) {
    const auto name = prefix + std::string(key.name);
    to += fmt::format("| `{}`{} | {} | {} | {} | {} |\n", name, key.traits.diamond ? " ◆" : "", short_type(*key.type),
                      default_text(key), key.traits.original ? "2016" : "2026", key.doc);
    if (const auto* nested = inside(*key.type))
      append_rows(to, *nested, name + (key.type->kind == Kind::array ? "[]." : "."));
  }
}

/// What the words of a choice mean, and how else they are spelled; of every choice in the type.
void append_words(std::string& to, const Type& type, const std::string& name) {
  const bool has_more =
      std::ranges::any_of(type.choices, [](const Choice& c) { return !c.doc.empty() || !c.aliases.empty(); });
  if (has_more) {
    to += fmt::format("\n{}:\n\n", name);
    for (const auto& choice : type.choices) {
      to += fmt::format("- `{}`", choice.name);
      if (!choice.doc.empty()) to += fmt::format(": {}", choice.doc);
      for (std::size_t i = 0; i < choice.aliases.size(); ++i)
        to += fmt::format("{}`{}`", i == 0 ? " — also " : ", ", choice.aliases[i]);
      to += '\n';
    }
  }
  for (const auto& form : type.forms) {
    if (type.kind == Kind::either && !is_shared(*form.type) && form.type->kind == Kind::choice)
      append_words(to, *form.type, name);
  }
  if (const auto* object = inside(type)) {
    for (const auto& key : object->keys) {
      if (!is_shared(*key.type)) append_words(to, *key.type, fmt::format("`{}`", key.name));
    }
  }
}

void append_table(std::string& to, const Type& type) {
  to += "| Key | Value | Default | Since | Meaning |\n| --- | --- | --- | --- | --- |\n";
  append_rows(to, type, "");
}

void append_section(std::string& to, std::string_view title, const Type& type, std::string_view doc) {
  to += fmt::format("\n#### {}\n\n", title);
  if (!doc.empty()) to += fmt::format("{}\n\n", doc);
  const auto* object = inside(type);
  if (object != nullptr)
    append_table(to, *object);
  else
    to += fmt::format("Value: {}.\n", short_type(type));
  append_words(to, type, fmt::format("`{}`", title));
}

/// The keys alone: what is in them stands elsewhere.
void append_stage(std::string& to, const Key& then) {
  to += fmt::format(
      "\n#### then\n\n{}\n\n| Key | Value | Default | Since | Meaning |\n| --- | --- | --- | --- | --- |\n", then.doc);
  for (const auto& key : then.type->element->keys) {
    const auto value = key.name == "actions"     ? "list of [actions](#actions)"
                       : key.name == "watermark" ? "[watermark](#watermark)"
                       : key.name == "overlays"  ? "list of at most 16 [overlays](#overlays)"
                                                 : short_type(*key.type);
    to += fmt::format("| `{}`{} | {} | {} | 2026 | {} |\n", key.name, key.traits.diamond ? " ◆" : "", value,
                      default_text(key), key.doc);
  }
}

std::string names(const Type& type) {
  std::string out;
  for (const auto& key : type.keys) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", key.name);
  return out;
}

/// What a condition may ask about, each with what may be said of it.
void append_when(std::string& to, const Key& when) {
  to += fmt::format("\n#### when\n\n{}\n\n| Key | Value | Meaning |\n| --- | --- | --- |\n", when.doc);
  for (const auto& key : when.type->element->keys) {
    const auto value = key.name == "if" ? "a condition: one of the keys below" : short_type(*key.type);
    to += fmt::format("| `{}` | {} | {} |\n", key.name, value, key.doc);
  }
  to += "\n| Condition | Value | Holds, or is asked about |\n| --- | --- | --- |\n";
  for (const auto& key : condition()->keys) {
    const bool is_test = key.type->kind == Kind::object && key.type.get() != condition().get();
    std::string value = key.name == "not" ? "a condition" : "list of 1…8 conditions";
    if (is_test) value = fmt::format("{}: {}", names(*key.type), short_type(*key.type->keys.front().type));
    to += fmt::format("| `{}` | {} | {} |\n", key.name, value, key.doc);
  }
  to += "\n| Test | Holds where |\n| --- | --- |\n";
  for (const auto& key : find_key(*condition(), "client.dpr")->type->keys) {
    to += fmt::format("| `{}` | {} |\n", key.name, key.doc);
  }
}

void append_shared(std::string& to) {
  to +=
      "\n### Shared types\n\n| Type | How it is written |\n| --- | --- |\n"
      "| px | a whole number, or the same with `px`: `20`, `\"20px\"`; multiplied by `dpr` |\n"
      "| % | `\"12.5%\"`: of the picture as it reaches the action; for a watermark or an overlay, of the result |\n"
      "| colour | `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, a CSS name, or `transparent` |\n"
      "| paint | a colour, or `dominant` (the picture's most frequent colour) or `edge` (the mean of its edges) |\n"
      "| mark | a watermark's UUID or alias, or `asset:` and the alias |\n"
      "| area | an object with the keys below; coordinates of the upright picture, clipped to it |\n"
      "| location | a word of the list below |\n"
      "| gravity | a word of the list below, an object with the keys below, or a list of at most 5 of either: the "
      "first that applies |\n";
  to += "\nKeys of an area:\n\n";
  append_table(to, *area());
  to += "\nKeys of a gravity as an object:\n\n";
  const auto& one = *gravity()->element;
  append_table(to, one);
  append_words(to, *one.keys.front().type, "Words of a gravity; those up to `center` are the locations");
}

void append_codes(std::string& to) {
  to += "\n### Codes\n\n| Code | | Meaning |\n| --- | --- | --- |\n";
  for (const auto& entry : finding_codes()) {
    to += fmt::format("| `{}` | {} | {} |\n", entry.code, entry.is_warning ? "warning" : "error", entry.doc);
  }
}

}  // namespace

std::string reference_markdown() {
  const auto& root = rule_type();
  std::string out = "### Top level\n\n| Key | Value | Default | Since | Meaning |\n| --- | --- | --- | --- | --- |\n";
  static constexpr std::array<std::string_view, 9> kSections{"source",  "watermark", "overlays", "format", "quality",
                                                             "encoder", "animation", "metadata", "policy"};
  for (const auto& key : root.keys) {
    const bool has_section = std::ranges::find(kSections, key.name) != kSections.end();
    const auto value = has_section             ? fmt::format("[{0}](#{0})", key.name)
                       : key.name == "actions" ? "list of [actions](#actions)"
                       : key.name == "then"    ? "list of at most 4 [stages](#then)"
                       : key.name == "when"    ? fmt::format("list of at most {} [patches](#when)", kMostPatches)
                                               : short_type(*key.type);
    out += fmt::format("| `{}`{} | {} | {} | {} | {} |\n", key.name, key.traits.diamond ? " ◆" : "", value,
                       default_text(key), key.traits.original ? "2016" : "2026", key.doc);
  }
  append_words(out, *find_key(root, "version")->type, "`version`");
  append_shared(out);
  out += "\n### Actions\n\nIn the order in which they run.\n";
  for (const auto& key : action_type().keys) append_section(out, key.name, *key.type, key.doc);
  out += "\n### The rest\n";
  for (const auto name : kSections) {
    const auto* key = find_key(root, name);
    append_section(out, name, *key->type,
                   name == "format" ? fmt::format("Value: {}.", short_type(*key->type)) : std::string(key->doc));
    if (name == "overlays") append_stage(out, *find_key(root, "then"));
  }
  out += "\n### Parameters\n\n";
  const auto& parameter = *find_key(root, "params")->type->element;
  append_table(out, parameter);
  append_words(out, parameter, "");
  append_when(out, *find_key(root, "when"));
  append_codes(out);
  return out;
}

}  // namespace calotype::rules
