#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rules/json_reader.h"
#include "rules/vocabulary.h"

/// For tests: from the description, rules in which each key stands with different values.
namespace calotype::rules::samples {

inline Value json(std::string_view text) {
  Report report;
  auto value = read_json(text, report);
  if (!value || !report.errors.empty()) throw std::invalid_argument("test data is not JSON: " + std::string(text));
  return *value;
}

/// Every fact, every test and every way to join them; a condition stands in itself, so it is written by hand.
inline constexpr const char* kConditions = R"([[],[
  {"if":{"source.width":{"lt":400,"gte":1}},"set":{"quality":50}},
  {"if":{"all":[{"source.height":{"lte":9}},{"source.megapixels":{"gt":24.5}},{"source.aspect":{"ne":1}}]},
   "set":{"format":"webp"}},
  {"if":{"any":[{"source.frames":{"gt":1}},{"source.bytes":{"gt":1000000}},{"source.orientation":{"in":[1,2]}}]},
   "set":{"encoder":{"progressive":true}}},
  {"if":{"not":{"any":[{"source.alpha":{"eq":true}},{"source.format":{"in":["png","heic"]}},
                       {"source.colourspace":{"eq":"cmyk"}}]}},"set":{"background":"#123456"}},
  {"if":{"all":[{"client.accepts":{"eq":"avif"}},{"client.saveData":{"eq":true}},{"client.dpr":{"exists":true}}]},
   "set":{"dpr":2}}]])";

/// What else has to be in the object for a key to be valid, and values for keys whose type alone does not say enough.
struct Context {
  const char* siblings = "{}";
  const char* values = nullptr;  ///< a JSON list
};

inline const Context& context_of(const std::string& path) {
  static const std::map<std::string, Context> kContexts{
      {"actions.crop.left", {R"({"top":1,"width":20,"height":10})"}},
      {"actions.crop.top", {R"({"left":1,"width":20,"height":10})"}},
      {"actions.crop.width", {R"({"height":10})"}},
      {"actions.crop.height", {R"({"width":10})"}},
      {"actions.crop.gravity", {R"({"aspect":"4:3"})"}},
      {"actions.crop.zoom", {R"({"aspect":"4:3"})"}},
      {"actions.resize.aspect", {R"({"width":300})"}},
      {"actions.resize.fit", {R"({"width":300,"height":200})"}},
      {"actions.resize.minWidth", {R"({"height":300})"}},
      {"actions.resize.minHeight", {R"({"width":300})"}},
      {"actions.resize.maxWidth", {R"({"height":300})"}},
      {"actions.resize.maxHeight", {R"({"width":300})"}},
      {"actions.resize.enlarge", {R"({"width":300})"}},
      {"actions.resize.kernel", {R"({"width":300})"}},
      {"actions.resize.linear", {R"({"width":300})"}},
      {"actions.resize.zoom", {R"({"width":300})"}},
      {"actions.extend.width", {R"({"height":100})"}},
      {"actions.extend.height", {R"({"width":100})"}},
      {"actions.extend.location", {R"({"width":100,"height":100})"}},
      {"actions.extend.mode", {R"({"all":10})"}},
      {"actions.extend.background", {R"({"all":10})"}},
      {"actions.blur.progressive.start", {"{}", "[0,0.5]"}},
      {"actions.blur.progressive.stop", {"{}", "[0.5,1]"}},
      {"gravity.x", {R"({"type":"focal","y":0.5})"}},
      {"gravity.y", {R"({"type":"focal","x":0.5})"}},
      {"actions.tone.tint.amount", {R"({"colour":"#0a5"})"}},
      {"format.prefer", {R"({"type":"auto"})"}},
      {"quality.target", {R"({"default":"auto"})"}},
      {"quality.min", {R"({"default":"auto"})", "[20,60]"}},
      {"quality.max", {R"({"default":"auto"})", "[60,95]"}},
      {"quality.default", {"{}", R"([70,30,"auto","auto:eco"])"}},
      {"name", {"{}", R"(["a","b"])"}},
      {"overlays.type", {"{}", R"(["rect","gradient"])"}},
      {"overlays.width", {R"({"type":"rect"})", R"([7,90,"7%"])"}},
      {"overlays.from", {R"({"type":"gradient"})"}},
      {"overlays.angle", {R"({"type":"gradient"})"}},
      {"overlays.start", {R"({"type":"gradient"})", "[0,0.5]"}},
      {"overlays.stop", {R"({"type":"gradient"})", "[0.5,1]"}},
      {"overlays.text", {R"({"type":"text"})"}},
      {"overlays.font", {R"({"type":"text","text":"a"})"}},
      {"overlays.size", {R"({"type":"text","text":"a"})", R"([7,90,"7%"])"}},
      {"overlays.background", {R"({"type":"text","text":"a"})"}},
      {"overlays.padding", {R"({"type":"text","text":"a"})"}},
      {"overlays.align", {R"({"type":"text","text":"a"})"}},
      {"overlays.wrap", {R"({"type":"text","text":"a"})"}},
      {"overlays.lineSpacing", {R"({"type":"text","text":"a"})"}},
      {"overlays.outline", {R"({"type":"text","text":"a"})"}},
      {"overlays.maxLines", {R"({"type":"text","text":"a"})"}},
      {"overlays.ellipsis", {R"({"type":"text","text":"a"})"}},
      {"overlays.direction", {R"({"type":"text","text":"a"})"}},
      {"overlays.image", {R"({"type":"image"})"}},
      {"overlays.dimension", {R"({"type":"image","image":"logo"})"}},
      {"overlays.of", {R"({"type":"image","image":"logo"})"}},
      {"overlays.onMissing", {R"({"type":"image","image":"logo"})"}},
      {"policy.access.buckets", {"{}", R"([["cars-*"],["cars","boats"]])"}},
      {"policy.access.prefixes", {"{}", R"([["2026/*"],["a/","b/"]])"}},
      {"policy.access.referers", {"{}", R"([["example.com"],["*.example.com","localhost"]])"}},
      {"policy.onError.image", {R"({"mode":"placeholder"})", R"(["grey","object:stock/grey.png"])"}},
      {"policy.onError.status", {R"({"mode":"placeholder"})"}},
      {"policy.onError.maxAge", {R"({"mode":"original"})"}},
      {"policy.disposition.filename", {"{}", R"(["{name}-small.{ext}","photo"])"}},
      {"policy.headers", {"{}", R"([{"X-Robots-Tag":"noindex"},{"Referrer-Policy":"no-referrer","X-A":"1"}])"}},
      {"description", {"{}", R"(["a","b"])"}},
      {"when", {"{}", kConditions}},
  };
  static const Context kNone;
  // A stage has what the rule itself has.
  const auto at = kContexts.find(path.starts_with("then.") ? path.substr(5) : path);
  return at == kContexts.end() ? kNone : at->second;
}

inline std::vector<Value> of(const Type& type, const std::string& path);

inline std::vector<Value> lengths(const Type& type) {
  std::vector<Value> values{std::max(type.min, 7.0), std::min(type.max, 90.0)};
  if (type.max_percent > 0) values.emplace_back("7%");
  if (type.min < 0) values.emplace_back(-5);
  return values;
}

inline std::vector<Value> words(const Type& type) {
  std::vector<Value> values;
  for (const auto& choice : type.choices) {
    if (is_digits(choice.name))
      values.emplace_back(std::stoi(std::string(choice.name)));
    else
      values.emplace_back(choice.name);
  }
  return values;
}

inline std::vector<Value> lists(const Type& type, const std::string& path) {
  std::vector<Value> values;
  const auto items = of(*type.element, path);
  const auto count = static_cast<std::size_t>(std::max(1.0, type.min));
  const bool has_check = type.check != nullptr && type.max == 6;  // a format list: its last entry is jpg
  for (const auto& item : items) {
    Value::Array list(count, item);
    if (has_check && item != Value("jpg")) list.emplace_back("jpg");
    values.emplace_back(std::move(list));
  }
  if (type.min == 0) values.emplace_back(Value::Array{});
  for (std::size_t i = 0; count > 1 && i < count; ++i) {  // four corners, four sides
    Value::Array list(count, items[0]);
    list[i] = items[1];
    values.emplace_back(std::move(list));
  }
  return values;
}

/// Whether a value of the object's key `key` may stand in it alone, beside what context_of() says.
inline Value::Object base_for(const Type& type, const Key& key, const std::string& path) {
  auto base = *json(context_of(path + "." + std::string(key.name)).siblings).object();
  if (type.is_closed) return base;
  for (const auto& other : type.keys) {
    if (!other.traits.required || other.name == key.name || base.contains(other.name)) continue;
    base.emplace(std::string(other.name), of(*other.type, path + "." + std::string(other.name)).front());
  }
  return base;
}

inline std::vector<Value> objects(const Type& type, const std::string& path) {
  std::vector<Value> values;
  for (const auto& key : type.keys) {
    const auto key_path = path.empty() ? std::string(key.name) : path + "." + std::string(key.name);
    if (key_path == "params" || key_path == "pipeline" || key_path == "extends" || is_open(key)) continue;
    const auto base = base_for(type, key, path);
    const auto* given = context_of(key_path).values;
    const auto choices = given == nullptr ? of(*key.type, key_path) : *json(given).array();
    for (const auto& choice : choices) {
      auto object = base;
      object.insert_or_assign(std::string(key.name), choice);
      values.emplace_back(std::move(object));
    }
  }
  return values;
}

/// Values of the type, each valid and each with a meaning of its own.
inline std::vector<Value> of(const Type& type, const std::string& path) {
  // A gravity is the same wherever it stands.
  const auto here = type.name == "gravity" ? std::string("gravity") : path;
  switch (type.kind) {
    case Kind::boolean: return type.min == 1 ? std::vector<Value>{true} : std::vector<Value>{true, false};
    case Kind::integer: return {type.min, type.max};
    case Kind::number: return {type.min, type.max, (type.min + type.max) / 2 == 0 ? 0.25 : (type.min + type.max) / 2};
    case Kind::length: return lengths(type);
    case Kind::choice: return words(type);
    case Kind::colour: return {"#123456", "#65432180"};
    case Kind::paint: return {"#123456", "dominant", "edge"};
    case Kind::aspect: return {"4:3", "16:9"};
    case Kind::text: return {"some", "other"};
    case Kind::mark: return {"logo", "23fde277-8200-4422-9d14-3bf96bfbe78d"};
    case Kind::array: return lists(type, here);
    case Kind::object: return objects(type, here);
    case Kind::either: {
      std::vector<Value> values;
      for (const auto& form : type.forms) {
        for (auto& value : of(*form.type, here)) values.push_back(std::move(value));
      }
      return values;
    }
    case Kind::scalar:
    case Kind::patch:
    case Kind::map: break;
  }
  return {};
}

/// A rule that states one default, and the same rule without it.
struct DefaultPair {
  std::string path;
  Value with;
  Value without;
};
using Wrap = std::function<Value(Value)>;

inline void add_defaults(const Type& type, const std::string& path, const Wrap& wrap, std::vector<DefaultPair>& pairs) {
  const auto here = type.name == "gravity" ? std::string("gravity") : path;
  if (type.kind == Kind::array) {
    const auto count = static_cast<std::size_t>(std::max(1.0, type.min));
    add_defaults(*type.element, here, [&](Value item) { return wrap(Value::Array(count, std::move(item))); }, pairs);
  }
  if (type.kind == Kind::either) {
    for (const auto& form : type.forms) add_defaults(*form.type, here, wrap, pairs);
  }
  if (type.kind != Kind::object) return;
  for (const auto& key : type.keys) {
    const auto key_path = here.empty() ? std::string(key.name) : here + "." + std::string(key.name);
    if (key_path == "params" || key_path == "extends" || key_path == "when") continue;
    const auto base = base_for(type, key, here);
    const auto place = [&](Value value) {
      auto object = base;
      object.insert_or_assign(std::string(key.name), std::move(value));
      return wrap(std::move(object));
    };
    if (key.traits.fallback && type.name != "action" && type.name != "laterAction")
      pairs.push_back({key_path, place(*key.traits.fallback), wrap(base)});
    add_defaults(*key.type, key_path, place, pairs);
  }
}

inline std::vector<DefaultPair> all_defaults() {
  std::vector<DefaultPair> pairs;
  add_defaults(rule_type(), "", [](Value value) { return value; }, pairs);
  return pairs;
}

/// A rule with a value at a place that takes "$p", and the same with the reference and the parameter's declaration.
struct ReferencePair {
  std::string path;
  Value literal;
  Value reference;
};

inline Value declaration_of(const Value& value) {
  if (value.boolean() != nullptr) return Value::Object{{"type", "bool"}, {"default", value}};
  if (value.number() != nullptr)
    return Value::Object{{"type", "num"}, {"default", value}, {"min", value}, {"max", value}};
  const auto& text = *value.text();
  if (text.ends_with('%')) return Value::Object{{"type", "len"}, {"default", value}};
  if (text.starts_with('#')) return Value::Object{{"type", "colour"}, {"default", value}};
  return Value::Object{{"type", "enum"}, {"default", value}, {"values", Value::Array{value}}};
}

/// The type of what may stand for a reference here; nullptr: no reference may.
inline const Type* type_of_reference(const Type& type, bool is_diamond) {
  for (const auto& form : type.forms) {
    if (form.takes_reference) return form.type.get();
    if (is_diamond && type.kind == Kind::either) return form.type.get();
  }
  return is_diamond ? &type : nullptr;
}

inline void add_references(const Type& type, const std::string& path, const Wrap& wrap,
                           std::vector<ReferencePair>& pairs) {
  const auto place = [&](const Type& at, bool is_diamond, const std::string& at_path, const Wrap& put) {
    const auto* taken = type_of_reference(at, is_diamond);
    if (taken == nullptr) return;
    for (const auto& value : of(*taken, at_path)) {
      auto reference = put("$p");
      reference.object()->insert_or_assign("params", Value(Value::Object{{"p", declaration_of(value)}}));
      pairs.push_back({at_path, put(value), std::move(reference)});
    }
  };
  if (type.kind == Kind::array) {
    const auto count = static_cast<std::size_t>(std::max(1.0, type.min));
    const auto item = [&](Value value) { return wrap(Value::Array(count, std::move(value))); };
    place(*type.element, type.has_references, path + "[]", item);
    add_references(*type.element, path, item, pairs);
  }
  if (type.kind != Kind::object) return;
  for (const auto& key : type.keys) {
    const auto key_path = path.empty() ? std::string(key.name) : path + "." + std::string(key.name);
    if (key_path == "params" || key_path == "extends" || key_path == "when") continue;
    const auto put = [&, base = base_for(type, key, path)](Value value) {
      auto object = base;
      object.insert_or_assign(std::string(key.name), std::move(value));
      return wrap(std::move(object));
    };
    place(*key.type, key.traits.diamond, key_path, put);
    add_references(*key.type, key_path, put, pairs);
  }
}

inline std::vector<ReferencePair> all_references() {
  std::vector<ReferencePair> pairs;
  add_references(rule_type(), "", [](Value value) { return value; }, pairs);
  return pairs;
}

/// Rules in which every key of the description (but those of parameters) stands with several values.
inline const std::vector<Value>& all_rules() {
  static const auto rules = of(rule_type(), "");
  return rules;
}

}  // namespace calotype::rules::samples
