#include "rules/walker.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rules/scalar.h"

namespace calotype::rules {
namespace {

void drop_defaults(const Type& type, Value& value) {
  auto* members = value.object();
  if (members == nullptr || type.kind != Kind::object) return;
  for (const auto& key : type.keys) {
    if (!key.traits.fallback) continue;
    const auto at = members->find(key.name);
    if (at != members->end() && at->second == *key.traits.fallback) members->erase(at);
  }
}

const Form* form_for_reference(const Type& type) {
  for (const auto& form : type.forms) {
    if (form.takes_reference) return &form;
  }
  return nullptr;
}

std::vector<std::string_view> words_of(const Type& type) {
  std::vector<std::string_view> words;
  for (const auto& choice : type.choices) {
    words.push_back(choice.name);
    words.insert(words.end(), choice.aliases.begin(), choice.aliases.end());
  }
  return words;
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", excerpt(text)); }

}  // namespace

std::nullopt_t Walker::bad(const std::string& pointer, std::string_view code, const Type& type,
                           const std::string& got) {
  report_.error(pointer, code, fmt::format("must be {}, not {}", describe(type), got));
  return std::nullopt;
}

std::optional<Value> Walker::walk(const Type& type, const Value& value, const std::string& pointer) {
  const auto spelling = spelling_of(type, value);
  if (spelling.is_main) return walk_main(type, value, pointer);
  if (spelling.form == nullptr) return bad(pointer, code::kWrongType, type, std::string(kind_name(value)));
  auto canonical = walk(*spelling.form->type, value, pointer);
  if (!canonical || spelling.form->expand == nullptr) return canonical;
  auto expanded = spelling.form->expand(std::move(*canonical));
  if (type.normalise != nullptr && !expanded.is_null()) type.normalise(expanded);
  if (!keeps_defaults_) drop_defaults(type, expanded);
  return expanded;
}

std::optional<Value> Walker::walk_main(const Type& type, const Value& value, const std::string& pointer) {
  switch (type.kind) {
    case Kind::boolean:
      if (type.min == 1 && !*value.boolean()) return bad(pointer, code::kUnknownValue, type, "false");
      return value;
    case Kind::integer:
    case Kind::number: return walk_number(type, *value.number(), pointer);
    case Kind::length: return walk_length(type, value, pointer);
    case Kind::choice: return walk_choice(type, value, pointer);
    case Kind::scalar: return value;
    case Kind::patch: return walk_patch(type, value, pointer);
    case Kind::colour:
    case Kind::paint:
    case Kind::aspect:
    case Kind::text:
    case Kind::mark: return walk_text(type, *value.text(), pointer);
    case Kind::array: return walk_array(type, value, pointer);
    case Kind::object: return walk_object(type, value, pointer);
    case Kind::map: return walk_map(type, value, pointer);
    case Kind::either: break;
  }
  return std::nullopt;
}

std::optional<Value> Walker::walk_number(const Type& type, double number, const std::string& pointer) {
  if (type.kind == Kind::integer && number != std::floor(number)) {
    return bad(pointer, code::kWrongType, type, number_text(number));
  }
  if (number < type.min || number > type.max) return bad(pointer, code::kOutOfRange, type, number_text(number));
  return Value(number == 0 ? 0.0 : number);
}

std::optional<Value> Walker::walk_length(const Type& type, const Value& value, const std::string& pointer) {
  rule::Length length;
  std::string got;
  if (const auto* number = value.number()) {
    got = number_text(*number);
    if (*number != std::floor(*number)) return bad(pointer, code::kWrongType, type, got);
    length.value = *number;
  } else {
    got = quoted(*value.text());
    const auto parsed = parse_length(*value.text());
    if (!parsed) return bad(pointer, code::kBadFormat, type, got);
    length = *parsed;
  }
  const auto canonical = canonical_length(length);
  length = length_of(canonical);
  const bool is_percent = length.unit == rule::Length::Unit::percent;
  const double least = is_percent ? type.min_percent : type.min;
  const double most = is_percent ? type.max_percent : type.max;
  if (length.value < least || length.value > most) return bad(pointer, code::kOutOfRange, type, got);
  return canonical;
}

std::optional<Value> Walker::walk_choice(const Type& type, const Value& value, const std::string& pointer) {
  const auto word = value.text() != nullptr ? *value.text() : number_text(*value.number());
  const auto* found = find_choice(type, word);
  if (found == nullptr) {
    report_.error(pointer, code::kUnknownValue, fmt::format("must be {}, not {}", describe(type), quoted(word)),
                  report_.is_full() ? std::string() : suggestion(word, words_of(type)));
    return std::nullopt;
  }
  if (is_digits(found->name)) return Value(*parse_number(found->name));
  return Value(found->name);
}

std::optional<Value> Walker::walk_text(const Type& type, const std::string& text, const std::string& pointer) {
  if (type.kind == Kind::colour || type.kind == Kind::paint) {
    if (type.kind == Kind::paint && (text == "dominant" || text == "edge")) return Value(text);
    if (const auto colour = parse_colour(text)) return Value(canonical_colour(*colour));
    return bad(pointer, code::kBadFormat, type, quoted(text));
  }
  if (type.kind == Kind::aspect) {
    if (const auto aspect = parse_aspect(text)) return Value(canonical_aspect(*aspect));
    return bad(pointer, code::kBadFormat, type, quoted(text));
  }
  if (type.kind == Kind::mark) {
    if (auto mark = parse_mark(text)) return Value(std::move(*mark));
    return bad(pointer, code::kBadFormat, type, quoted(text));
  }
  const auto length = static_cast<double>(count_characters(text));
  if (length < type.min || length > type.max) {
    return bad(pointer, code::kOutOfRange, type, fmt::format("{} characters", length));
  }
  if (type.matches != nullptr && !type.matches(text)) {
    report_.error(pointer, code::kBadFormat, fmt::format("must match {}", type.pattern));
    return std::nullopt;
  }
  return Value(text);
}

std::optional<Value> Walker::walk_place(const Type& type, bool takes_reference, const Value& value,
                                        const std::string& pointer) {
  const auto* form = form_for_reference(type);
  const bool is_literal =
      type.kind == Kind::mark || type.kind == Kind::scalar || (type.kind == Kind::text && !takes_reference);
  if (!is_reference(value) || is_literal) {
    return walk(type, value, pointer);
  }
  if (!takes_reference && form == nullptr) {
    report_.error(pointer, code::kBadParameter, "no parameter may stand here");
    return std::nullopt;
  }
  auto name = value.text()->substr(1);
  if (bindings_ != nullptr) {
    const auto bound = bindings_->find(name);
    if (bound != bindings_->end()) return walk(type, bound->second, pointer);
    report_.error(pointer, code::kUnknownParameter, fmt::format("no parameter {} is declared", quoted(name)));
    return std::nullopt;
  }
  references_.push_back({pointer, std::move(name), &type});
  return form != nullptr && form->expand != nullptr ? form->expand(value) : value;
}

void Walker::unknown_key(const Type& type, std::string_view name, const std::string& pointer) {
  std::string hint;
  if (!report_.is_full()) {
    std::vector<std::string_view> names;
    for (const auto& key : type.keys) names.push_back(key.name);
    hint = suggestion(name, names);
    if (hint.empty() && &type == &rule_type() && find_key(action_type(), name) != nullptr) {
      hint = fmt::format("actions stand in a list: \"actions\": [{{\"{}\": ...}}]", name);
    }
    if (type.name == "laterAction" && find_key(action_type(), name) != nullptr) {
      hint = fmt::format("\"{}\" comes before everything else: it stands in the rule's own actions", name);
    }
  }
  report_.error(pointer, code::kUnknownKey, fmt::format("unknown key {}", quoted(name)), std::move(hint));
}

std::optional<Value> Walker::walk_object(const Type& type, const Value& value, const std::string& pointer) {
  const auto errors = report_.count();
  const Site site{pointer, report_};
  if (type.precheck != nullptr) type.precheck(value, site);
  Value::Object out;
  for (const auto& [name, member] : *value.object()) {
    const auto at = child(pointer, name);
    const auto* key = find_key(type, name);
    if (key == nullptr) {
      if (type.is_closed || !is_extension(name)) unknown_key(type, name, at);
      continue;
    }
    if (key->traits.modern && is_old_) {
      report_.error(at, code::kWrongVersion, fmt::format("\"{}\" is not in the language of 2016 and 2017", name),
                    "set \"version\" to \"2026-01\"");
    }
    auto canonical = walk_place(*key->type, key->traits.diamond, member, at);
    if (canonical && !canonical->is_null() && !key->traits.unhashed) out.emplace(name, std::move(*canonical));
  }
  for (const auto& key : type.keys) {
    if (!key.traits.required || value.find(key.name) != nullptr) continue;
    report_.error(pointer, code::kMissingKey, fmt::format("\"{}\" is missing", key.name));
  }
  if (report_.count() != errors) return std::nullopt;
  Value result(std::move(out));
  if (type.check != nullptr) type.check(result, site);
  if (report_.count() != errors) return std::nullopt;
  if (type.normalise != nullptr) type.normalise(result);
  if (!keeps_defaults_) drop_defaults(type, result);
  return result;
}

std::optional<Value> Walker::walk_map(const Type& type, const Value& value, const std::string& pointer) {
  const auto errors = report_.count();
  const auto& members = *value.object();
  if (static_cast<double>(members.size()) > type.max) {
    bad(pointer, code::kOutOfRange, type,
        fmt::format("with {} members; at most {} are allowed", members.size(), type.max));
  }
  Value::Object out;
  for (const auto& [name, member] : members) {
    const auto at = child(pointer, name);
    if (type.check_name != nullptr) type.check_name(name, Site{at, report_});
    auto canonical = walk(*type.element, member, at);
    if (canonical) out.emplace(name, std::move(*canonical));
  }
  if (report_.count() != errors) return std::nullopt;
  Value result(std::move(out));
  if (type.check != nullptr) type.check(result, Site{pointer, report_});
  if (report_.count() != errors) return std::nullopt;
  return result;
}

std::optional<Value> Walker::walk_patch(const Type& type, const Value& value, const std::string& pointer) {
  const auto errors = report_.count();
  type.check(value, Site{pointer, report_});
  if (report_.count() != errors) return std::nullopt;
  return value;
}

std::optional<Value> Walker::walk_array(const Type& type, const Value& value, const std::string& pointer) {
  const auto errors = report_.count();
  const auto& items = *value.array();
  const auto count = static_cast<double>(items.size());
  const Site site{pointer, report_};
  if (count < type.min || count > type.max) bad(pointer, code::kOutOfRange, type, fmt::format("{} elements", count));
  if (type.precheck != nullptr) type.precheck(value, site);
  Value::Array out;
  for (std::size_t i = 0; i < items.size() && !report_.is_full(); ++i) {
    const auto at = child(pointer, i);
    auto canonical = walk_place(*type.element, type.has_references, items[i], at);
    if (!canonical) continue;
    if (type.has_unique && std::ranges::find(out, *canonical) != out.end()) {
      report_.error(at, code::kConflict, fmt::format("{} is listed more than once", canonical->canonical()));
    }
    out.push_back(std::move(*canonical));
  }
  if (report_.count() != errors) return std::nullopt;
  if (type.has_unique) {
    std::ranges::sort(out, {}, [&](const Value& item) { return find_choice(*type.element, *item.text()); });
  }
  Value result(std::move(out));
  if (type.check != nullptr) type.check(result, site);
  if (report_.count() != errors) return std::nullopt;
  if (type.normalise != nullptr) type.normalise(result);
  return result;
}

}  // namespace calotype::rules
