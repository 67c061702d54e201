#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A JSON value as the rule language needs it: every number is a double, and members are sorted by name, which is the
/// order of the canonical form (names that reach it are ASCII).
namespace calotype::rules {

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::map<std::string, Value, std::less<>>;

  Value() = default;
  Value(bool value) : data_(value) {}
  Value(int value) : data_(static_cast<double>(value)) {}
  Value(double value) : data_(value) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  /// nullptr when the value is of another kind.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const double* number() const { return std::get_if<double>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }

  /// A member of an object; nullptr when there is none, or when this is no object.
  const Value* find(std::string_view name) const;

  /// RFC 8785 for values whose names are ASCII.
  std::string canonical() const;
  /// The same, two spaces for each level: for people.
  std::string indented() const;

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, double, std::string, Array, Object> data_;
};

/// As ECMAScript prints it: the shortest digits that read back as the same number. Must be finite.
std::string number_text(double value);

/// "whole number", "text", "object", ...: what a message calls the value.
std::string_view kind_name(const Value& value);

}  // namespace calotype::rules
