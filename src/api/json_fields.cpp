#include "api/json_fields.h"

#include <set>

#include <boost/json.hpp>

#include "access/strict_json.h"
#include "rules/report.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 20;

/// RFC 6901, section 3.
std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

/// A whole number, however it is written: 3600, 3600.0, 3.6e3.
std::optional<std::int64_t> whole_of(const json::value& value) {
  if (const auto* small = value.if_int64()) return *small;
  if (const auto* real = value.if_double()) {
    constexpr double kExact = 9'007'199'254'740'992;  // 2^53
    if (*real == std::floor(*real) && std::abs(*real) <= kExact) return static_cast<std::int64_t>(*real);
  }
  return std::nullopt;
}

}  // namespace

struct JsonFields::Node {
  json::object members;
  std::string pointer;
  std::set<std::string, std::less<>> asked;
  std::vector<std::shared_ptr<Node>> within;
};

struct JsonFields::Report {
  std::string attempt;
  Unknown unknown = Unknown::refused;
  std::vector<Problem> problems;

  void add_unknown(const Node& node) {
    const std::vector<std::string_view> known(node.asked.begin(), node.asked.end());
    for (const auto& member : node.members) {
      const std::string_view name = member.key();
      if (node.asked.contains(name)) continue;
      problems.push_back({.pointer = node.pointer + "/" + escaped(name),
                          .detail = "is no field of this request",
                          .hint = rules::suggestion(name, known)});
    }
    for (const auto& inner : node.within) add_unknown(*inner);
  }
};

JsonFields::JsonFields(std::string_view text, std::string attempt, Unknown unknown, std::string root)
    : node_(std::make_shared<Node>()), report_(std::make_shared<Report>()) {
  report_->attempt = std::move(attempt);
  report_->unknown = unknown;
  node_->pointer = std::move(root);
  if (text.empty()) return;
  if (!access::is_strict_json(text, kMaxDepth)) {
    throw Error(Fault::invalid, report_->attempt + ": the body is no JSON, is too deep, or repeats a key",
                "invalid-json");
  }
  auto value = json::parse(text);
  if (!value.is_object())
    throw Error(Fault::invalid, report_->attempt + ": the body is no JSON object", "invalid-json");
  node_->members = std::move(value.get_object());
}

JsonFields::JsonFields(std::shared_ptr<Node> node, std::shared_ptr<Report> report)
    : node_(std::move(node)), report_(std::move(report)) {}
JsonFields::~JsonFields() = default;
JsonFields::JsonFields(JsonFields&&) noexcept = default;

bool JsonFields::has(std::string_view name) {
  node_->asked.emplace(name);
  const auto* value = node_->members.if_contains(name);
  return value != nullptr && !value->is_null();
}

std::optional<std::string> JsonFields::text(std::string_view name) {
  if (!has(name)) return std::nullopt;
  if (const auto* value = node_->members.at(name).if_string()) return std::string(*value);
  add_problem(name, "must be text");
  return std::nullopt;
}

std::optional<bool> JsonFields::flag(std::string_view name) {
  if (!has(name)) return std::nullopt;
  if (const auto* value = node_->members.at(name).if_bool()) return *value;
  add_problem(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::int64_t> JsonFields::whole(std::string_view name) {
  if (!has(name)) return std::nullopt;
  const auto value = whole_of(node_->members.at(name));
  if (!value) add_problem(name, "must be a whole number");
  return value;
}

std::optional<double> JsonFields::number(std::string_view name) {
  if (!has(name)) return std::nullopt;
  const auto& value = node_->members.at(name);
  if (value.is_number()) return value.to_number<double>();
  add_problem(name, "must be a number");
  return std::nullopt;
}

std::optional<std::string> JsonFields::json(std::string_view name) {
  if (!has(name)) return std::nullopt;
  return json::serialize(node_->members.at(name));
}

std::optional<std::vector<std::string>> JsonFields::texts(std::string_view name) {
  if (!has(name)) return std::nullopt;
  const auto* list = node_->members.at(name).if_array();
  if (list == nullptr) {
    add_problem(name, "must be a list of texts");
    return std::nullopt;
  }
  std::vector<std::string> all;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (const auto* value = (*list)[i].if_string()) {
      all.emplace_back(*value);
    } else {
      report_->problems.push_back(
          {.pointer = fmt::format("{}/{}/{}", node_->pointer, escaped(name), i), .detail = "must be text", .hint = {}});
    }
  }
  return all;
}

std::string JsonFields::need_text(std::string_view name) {
  if (!has(name)) add_problem(name, "is missing");
  return text(name).value_or("");
}

double JsonFields::need_number(std::string_view name) {
  if (!has(name)) add_problem(name, "is missing");
  return number(name).value_or(0);
}

JsonFields JsonFields::within(std::string_view name) {
  auto inner = std::make_shared<Node>();
  inner->pointer = node_->pointer + "/" + escaped(name);
  if (has(name)) {
    if (const auto* members = node_->members.at(name).if_object()) {
      inner->members = *members;
    } else {
      add_problem(name, "must be an object");
    }
  }
  node_->within.push_back(inner);
  return {std::move(inner), report_};
}

void JsonFields::add_problem(std::string_view name, std::string detail, std::string hint) {
  report_->problems.push_back(
      {.pointer = node_->pointer + "/" + escaped(name), .detail = std::move(detail), .hint = std::move(hint)});
}

void JsonFields::finish() const {
  if (report_->unknown == Unknown::refused) report_->add_unknown(*node_);
  if (report_->problems.empty()) return;
  throw Error(Fault::unprocessable, report_->attempt + ": a field cannot be used", "invalid-body", report_->problems);
}

}  // namespace calotype::api
