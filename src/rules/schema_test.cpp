#include <cmath>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "rules/language.h"
#include "rules/rule_samples.h"
#include "rules/scalar.h"

namespace calotype::rules {
namespace {

/// As much of JSON Schema 2020-12 as our schema uses; a keyword that it does not know fails the test.
class Validator {
 public:
  explicit Validator(Value root) : root_(std::move(root)) {}

  bool accepts(const Value& value) { return accepts(root_, value); }

 private:
  bool accepts(const Value& schema, const Value& value) {
    for (const auto& [keyword, argument] : *schema.object()) {
      if (!holds(keyword, argument, schema, value)) return false;
    }
    return true;
  }

  bool holds(const std::string& keyword, const Value& argument, const Value& schema, const Value& value) {
    static const std::set<std::string> kSilent{"$schema", "$id", "$defs", "title", "description", "default"};
    static const std::set<std::string> kKnown{"$ref",
                                              "anyOf",
                                              "type",
                                              "const",
                                              "enum",
                                              "minimum",
                                              "maximum",
                                              "pattern",
                                              "minLength",
                                              "maxLength",
                                              "minItems",
                                              "maxItems",
                                              "items",
                                              "uniqueItems",
                                              "minProperties",
                                              "maxProperties",
                                              "patternProperties",
                                              "required",
                                              "propertyNames",
                                              "properties",
                                              "additionalProperties"};
    if (kSilent.contains(keyword)) return true;
    EXPECT_TRUE(kKnown.contains(keyword)) << keyword;
    if (keyword == "$ref") return accepts(*root_.find("$defs")->find(argument.text()->substr(8)), value);
    if (keyword == "anyOf") {
      return std::ranges::any_of(*argument.array(), [&](const Value& way) { return accepts(way, value); });
    }
    if (keyword == "type") return has_type(argument, value);
    if (keyword == "const") return value == argument;
    if (keyword == "enum") return std::ranges::find(*argument.array(), value) != argument.array()->end();
    if (value.number() != nullptr)
      return argument.number() == nullptr || holds_for_number(keyword, *argument.number(), *value.number());
    if (value.text() != nullptr) return holds_for_text(keyword, argument, *value.text());
    if (value.array() != nullptr) return holds_for_array(keyword, argument, *value.array());
    if (value.object() != nullptr) return holds_for_object(keyword, argument, schema, *value.object());
    return true;
  }

  static bool has_type(const Value& type, const Value& value) {
    if (const auto* any = type.array()) {
      return std::ranges::any_of(*any, [&](const Value& one) { return has_type(one, value); });
    }
    const auto& name = *type.text();
    if (name == "object") return value.object() != nullptr;
    if (name == "array") return value.array() != nullptr;
    if (name == "string") return value.text() != nullptr;
    if (name == "boolean") return value.boolean() != nullptr;
    if (name == "number") return value.number() != nullptr;
    return name == "integer" && value.number() != nullptr && *value.number() == std::floor(*value.number());
  }

  static bool holds_for_number(const std::string& keyword, double limit, double number) {
    if (keyword == "minimum") return number >= limit;
    return keyword != "maximum" || number <= limit;
  }

  static const std::regex& pattern(const std::string& text) {
    static std::map<std::string, std::regex> patterns;
    return patterns.try_emplace(text, text).first->second;
  }

  static bool holds_for_text(const std::string& keyword, const Value& argument, const std::string& text) {
    if (keyword == "pattern") return std::regex_search(text, pattern(*argument.text()));
    const auto count = static_cast<double>(count_characters(text));
    if (keyword == "minLength") return count >= *argument.number();
    return keyword != "maxLength" || count <= *argument.number();
  }

  bool holds_for_array(const std::string& keyword, const Value& argument, const Value::Array& array) {
    const auto count = static_cast<double>(array.size());
    if (keyword == "minItems") return count >= *argument.number();
    if (keyword == "maxItems") return count <= *argument.number();
    if (keyword == "items")
      return std::ranges::all_of(array, [&](const Value& item) { return accepts(argument, item); });
    if (keyword != "uniqueItems") return true;
    std::set<std::string> seen;
    return std::ranges::all_of(array, [&](const Value& item) { return seen.insert(item.canonical()).second; });
  }

  bool holds_for_object(const std::string& keyword, const Value& argument, const Value& schema,
                        const Value::Object& object) {
    const auto count = static_cast<double>(object.size());
    if (keyword == "minProperties") return count >= *argument.number();
    if (keyword == "maxProperties") return count <= *argument.number();
    if (keyword == "patternProperties") return true;  // "^x-": anything
    if (keyword == "required") {
      return std::ranges::all_of(*argument.array(), [&](const Value& name) { return object.contains(*name.text()); });
    }
    if (keyword == "propertyNames") {
      return std::ranges::all_of(object, [&](const auto& member) { return accepts(argument, Value(member.first)); });
    }
    if (keyword == "properties") {
      return std::ranges::all_of(object, [&](const auto& member) {
        const auto* property = argument.find(member.first);
        return property == nullptr || accepts(*property, member.second);
      });
    }
    if (keyword != "additionalProperties") return true;
    const auto* properties = schema.find("properties");
    return std::ranges::all_of(object, [&](const auto& member) {
      if (properties != nullptr && properties->find(member.first) != nullptr) return true;
      if (schema.find("patternProperties") != nullptr && member.first.starts_with("x-")) return true;
      return argument.object() != nullptr && accepts(argument, member.second);
    });
  }

  Value root_;
};

Value schema_value() {
  Report report;
  auto value = read_json(json_schema(), report, 64, 1 << 20);
  if (!value) throw std::runtime_error("the schema is not JSON: " + report.errors.front().message);
  return *value;
}

Validator validator() { return Validator(schema_value()); }

TEST(Schema, AcceptsEverySample) {
  auto schema = validator();

  for (const auto& rule : samples::all_rules()) EXPECT_TRUE(schema.accepts(rule)) << rule.canonical();
}

TEST(Schema, AcceptsEveryCanonicalForm) {
  auto schema = validator();

  for (const auto& rule : samples::all_rules()) {
    const auto canonical = parse(rule.canonical()).canonical();
    EXPECT_TRUE(schema.accepts(samples::json(canonical))) << canonical;
  }
}

TEST(Schema, AcceptsShortFormsAliasesAndReferences) {
  auto schema = validator();
  for (
      const auto* rule :
      {R"({"actions":[{"blur":5},{"sharpen":"light"},{"flip":"h"},{"resize":{"width":"$w","fit":"cover"}},{"round":{"radius":"max"}}]})",
       R"({"quality":"$q","format":"$f","background":"$c","watermark":{"margin":"$m","location":"top"},"x-any":[null]})",
       R"({"actions":[{"blur":"$s"},{"border":{"width":["$a",1,2,"$b"]}},{"crop":{"aspect":"$a","gravity":["n",{"type":"focal"}]}}]})",
       R"({"blurAreas":[{"left":"-5%","top":0,"width":"10%","height":"20px"}],"format":["webp","jpeg"]})",
       R"({"params":{"w":{"type":"int","default":480,"values":[1,2]}},"encoder":{"chroma":420,"palette":true,"bitdepth":"10"}})"}) {
    EXPECT_TRUE(schema.accepts(samples::json(rule))) << rule;
  }
}

/// Puts another value in place of each leaf and each object of a rule, one at a time.
void each_mutation(const Value& rule, const std::function<void(const Value&)>& visit) {
  for (const auto& other : {Value(), Value(-99999), Value("\x01 nothing"), Value(Value::Array{Value()}),
                            Value(Value::Object{{"nothing", 1}})}) {
    visit(other);
  }
  if (const auto* object = rule.object()) {
    for (const auto& [name, member] : *object) {
      each_mutation(member, [&, key = name](const Value& other) {
        auto copy = *object;
        copy.insert_or_assign(key, other);
        visit(copy);
      });
    }
  }
  if (const auto* array = rule.array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      each_mutation((*array)[i], [&](const Value& other) {
        auto copy = *array;
        copy[i] = other;
        visit(copy);
      });
    }
  }
}

/// The keys of a value and the kinds of its leaves: rules of one shape have the same mutations.
std::string shape_of(const Value& value) {
  std::string shape;
  if (const auto* object = value.object()) {
    for (const auto& [name, member] : *object) shape += name + "{" + shape_of(member) + "}";
  } else if (const auto* array = value.array()) {
    for (const auto& item : *array) shape += "[" + shape_of(item) + "]";
  }
  return shape;
}

/// The schema says no less than the parser accepts, and no more than its tables allow: what is left to the parser are
/// strings' own ranges and checks across keys.
TEST(Schema, AgreesWithTheParserOnBrokenRules) {
  static const std::set<std::string> kByTable{"unknown-key", "wrong-type", "unknown-value"};
  auto schema = validator();
  std::set<std::string> shapes;
  std::size_t refused = 0;
  for (const auto& rule : samples::all_rules()) {
    if (!shapes.insert(shape_of(rule)).second) continue;
    each_mutation(rule, [&](const Value& mutation) {
      const auto verdict = check(mutation.canonical());
      // A patch is an object to the schema: what it may hold depends on what it is put upon.
      const auto is_in_patch = [](const Finding& f) {
        return f.pointer.starts_with("/when/") && f.pointer.find("/set/") != std::string::npos;
      };
      const bool is_by_table = std::ranges::any_of(
          verdict.errors, [&](const Finding& f) { return kByTable.contains(f.code) && !is_in_patch(f); });
      if (!verdict.document && !is_by_table) return;
      refused += is_by_table ? 1 : 0;
      EXPECT_EQ(schema.accepts(mutation), !is_by_table) << mutation.canonical();
    });
  }
  EXPECT_GT(refused, 1000U);
}

TEST(Schema, KnowsTheDialectItIsWrittenIn) {
  const auto schema = schema_value();

  EXPECT_EQ(*schema.find("$schema"), Value("https://json-schema.org/draft/2020-12/schema"));
  EXPECT_EQ(json_schema().find(": null"), std::string::npos) << "a type whose place was never filled";
}

}  // namespace
}  // namespace calotype::rules
