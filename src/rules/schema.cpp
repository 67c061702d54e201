#include <algorithm>

#include <fmt/format.h>

#include "rules/language.h"
#include "rules/vocabulary.h"

/// JSON Schema 2020-12 from the description. It says all that a table can say; checks across keys (checks.cpp) are not
/// in it, so it accepts somewhat more than rules::check.
namespace calotype::rules {
namespace {

constexpr const char* kReferencePattern = "^\\$[a-z][a-z0-9_]{0,15}$";

class SchemaWriter {
 public:
  Value write() {
    auto schema = main_of(rule_type());
    auto& members = *schema.object();
    members.emplace("$schema", "https://json-schema.org/draft/2020-12/schema");
    members.emplace("$id", "https://calotype.dev/schema/rule-2026-01.json");
    members.emplace("title", "Calotype rule");
    defs_.emplace("reference", Value::Object{{"type", "string"},
                                             {"pattern", kReferencePattern},
                                             {"description", "The value of a parameter."}});
    members.emplace("$defs", std::move(defs_));
    return schema;
  }

 private:
  /// The schema of a type, or where to find it.
  Value of(const Type& type) {
    if (type.name.empty()) return whole_of(type);
    const std::string name(type.name);
    if (!defs_.contains(name)) {
      defs_.emplace(name, Value());  // holds the place while the type's parts are written
      auto schema = whole_of(type);
      defs_.insert_or_assign(name, std::move(schema));
    }
    return Value::Object{{"$ref", "#/$defs/" + name}};
  }

  static Value reference() { return Value::Object{{"$ref", "#/$defs/reference"}}; }

  Value whole_of(const Type& type) {
    if (type.forms.empty()) return main_of(type);
    Value::Array ways;
    if (type.kind != Kind::either) ways.push_back(main_of(type));
    bool takes_reference = false;
    for (const auto& form : type.forms) {
      ways.push_back(of(*form.type));
      takes_reference = takes_reference || form.takes_reference;
    }
    if (takes_reference) ways.push_back(reference());
    return Value::Object{{"anyOf", std::move(ways)}};
  }

  static Value::Object text(const char* pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

  Value main_of(const Type& type) {
    switch (type.kind) {
      case Kind::boolean: return type.min == 1 ? Value::Object{{"const", true}} : Value::Object{{"type", "boolean"}};
      case Kind::integer: return Value::Object{{"type", "integer"}, {"minimum", type.min}, {"maximum", type.max}};
      case Kind::number: return Value::Object{{"type", "number"}, {"minimum", type.min}, {"maximum", type.max}};
      case Kind::length: return length(type);
      case Kind::choice: return words(type);
      case Kind::colour:
      case Kind::paint: return text("^(#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]+)$");
      case Kind::aspect: return text("^[0-9]+(\\.[0-9]+)?:[0-9]+(\\.[0-9]+)?$");
      case Kind::mark: return text("^(asset:)?[0-9A-Za-z][0-9A-Za-z._-]{0,63}$");
      case Kind::text: {
        Value::Object schema{{"type", "string"}, {"minLength", type.min}, {"maxLength", type.max}};
        if (!type.pattern.empty()) schema.emplace("pattern", type.pattern);
        return schema;
      }
      case Kind::scalar: return Value::Object{{"type", Value::Array{"string", "number", "boolean"}}};
      case Kind::array: return array(type);
      case Kind::object: return object(type);
      case Kind::map:
        return Value::Object{{"type", "object"},
                             {"maxProperties", type.max},
                             {"propertyNames", Value::Object{{"pattern", type.pattern}}},
                             {"additionalProperties", of(*type.element)}};
      case Kind::patch: return Value::Object{{"type", "object"}};
      case Kind::either: break;
    }
    return whole_of(type);
  }

  static Value length(const Type& type) {
    const std::string sign = type.min < 0 ? "-?" : "";
    const auto pattern = type.max_percent > 0 ? fmt::format("^{}([0-9]+px|[0-9]+(\\.[0-9]+)?%)$", sign)
                                              : fmt::format("^{}[0-9]+px$", sign);
    return Value::Object{
        {"anyOf", Value::Array{Value::Object{{"type", "integer"}, {"minimum", type.min}, {"maximum", type.max}},
                               text(pattern.c_str())}}};
  }

  static Value words(const Type& type) {
    Value::Array all;
    for (const auto& choice : type.choices) {
      if (is_digits(choice.name)) all.emplace_back(std::stoi(std::string(choice.name)));
      all.emplace_back(choice.name);
      for (const auto alias : choice.aliases) all.emplace_back(alias);
    }
    return Value::Object{{"enum", std::move(all)}};
  }

  Value array(const Type& type) {
    auto items = of(*type.element);
    if (type.has_references) items = Value::Object{{"anyOf", Value::Array{std::move(items), reference()}}};
    Value::Object schema{
        {"type", "array"}, {"minItems", type.min}, {"maxItems", type.max}, {"items", std::move(items)}};
    if (type.has_unique) schema.emplace("uniqueItems", true);
    return schema;
  }

  Value object(const Type& type) {
    Value::Object properties;
    Value::Array required;
    Value::Object open;
    for (const auto& key : type.keys) {
      if (is_open(key)) {
        open.emplace(pattern_of(key), property(key));
        continue;
      }
      properties.emplace(std::string(key.name), property(key));
      if (key.traits.required) required.emplace_back(key.name);
    }
    Value::Object schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema.emplace("required", std::move(required));
    if (type.is_closed) {  // one thing of several: an action's entry, a tone
      schema.emplace("minProperties", 1);
      schema.emplace("maxProperties", 1);
    } else {
      open.emplace("^x-", Value::Object{});
    }
    if (!open.empty()) schema.emplace("patternProperties", std::move(open));
    return schema;
  }

  static std::string pattern_of(const Key& key) {
    std::string pattern = "^";
    for (const char c : key.name.substr(0, key.name.size() - 1)) pattern += c == '.' ? "\\." : std::string(1, c);
    return pattern;
  }

  Value property(const Key& key) {
    auto schema = of(*key.type);
    const bool has_reference = std::ranges::any_of(key.type->forms, &Form::takes_reference);
    if (key.traits.diamond && !has_reference)
      schema = Value::Object{{"anyOf", Value::Array{std::move(schema), reference()}}};
    if (!key.doc.empty()) schema.object()->emplace("description", key.doc);
    if (key.traits.fallback) schema.object()->emplace("default", *key.traits.fallback);
    return schema;
  }

  Value::Object defs_;
};

}  // namespace

std::string json_schema() { return SchemaWriter().write().indented(); }

}  // namespace calotype::rules
