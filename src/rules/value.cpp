#include "rules/value.h"

#include <array>
#include <charconv>
#include <cmath>

#include "core/encoding.h"

namespace calotype::rules {
namespace {

void append(std::string& to, const Value& value, int indent);

void new_line(std::string& to, int indent) {
  if (indent < 0) return;
  to += '\n';
  to.append(static_cast<std::size_t>(indent) * 2, ' ');
}

void append_array(std::string& to, const Value::Array& array, int indent) {
  const int inner = indent < 0 ? indent : indent + 1;
  to += '[';
  bool is_first = true;
  for (const auto& item : array) {
    if (!is_first) to += ',';
    is_first = false;
    new_line(to, inner);
    append(to, item, inner);
  }
  if (!array.empty()) new_line(to, indent);
  to += ']';
}

void append_object(std::string& to, const Value::Object& object, int indent) {
  const int inner = indent < 0 ? indent : indent + 1;
  to += '{';
  bool is_first = true;
  for (const auto& [name, member] : object) {
    if (!is_first) to += ',';
    is_first = false;
    new_line(to, inner);
    append_json_string(to, name);
    to += indent < 0 ? ":" : ": ";
    append(to, member, inner);
  }
  if (!object.empty()) new_line(to, indent);
  to += '}';
}

/// `indent` is the level of the value; negative: everything on one line without spaces.
void append(std::string& to, const Value& value, int indent) {
  if (const auto* boolean = value.boolean()) {
    to += *boolean ? "true" : "false";
  } else if (const auto* number = value.number()) {
    to += number_text(*number);
  } else if (const auto* text = value.text()) {
    append_json_string(to, *text);
  } else if (const auto* array = value.array()) {
    append_array(to, *array, indent);
  } else if (const auto* object = value.object()) {
    append_object(to, *object, indent);
  } else {
    to += "null";
  }
}

}  // namespace

const Value* Value::find(std::string_view name) const {
  const auto* members = object();
  if (members == nullptr) return nullptr;
  const auto at = members->find(name);
  return at == members->end() ? nullptr : &at->second;
}

std::string Value::canonical() const {
  std::string text;
  append(text, *this, -1);
  return text;
}

std::string Value::indented() const {
  std::string text;
  append(text, *this, 0);
  return text + '\n';
}

std::string number_text(double value) {
  if (value == 0) return "0";
  std::array<char, 40> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value), std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const auto mark = text.find('e');
  std::string digits;
  for (const char c : text.substr(0, mark)) {
    if (c != '.') digits += c;
  }
  int exponent = 0;
  const auto power = text.substr(text[mark + 1] == '+' ? mark + 2 : mark + 1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);

  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // digits before the point
  std::string out = value < 0 ? "-" : "";
  if (point >= count && point <= 21) {
    out += digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (point > 0 && point <= 21) {
    out += digits.substr(0, static_cast<std::size_t>(point)) + '.' + digits.substr(static_cast<std::size_t>(point));
  } else if (point > -6 && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    out += digits.substr(0, 1);
    if (count > 1) out += '.' + digits.substr(1);
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(exponent));
  }
  return out;
}

std::string_view kind_name(const Value& value) {
  if (value.boolean() != nullptr) return "true or false";
  if (value.number() != nullptr) return "a number";
  if (value.text() != nullptr) return "a text";
  if (value.array() != nullptr) return "a list";
  if (value.object() != nullptr) return "an object";
  return "null";
}

}  // namespace calotype::rules
