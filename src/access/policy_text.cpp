#include "access/policy_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "access/strict_json.h"
#include "core/error.h"

namespace calotype::access {

namespace {

namespace json = boost::json;

constexpr std::string_view kVersion = "2017-04-04";
constexpr std::size_t kMostStatements = 100;
constexpr std::size_t kMostPatterns = 100;
constexpr std::size_t kMaxDepth = 8;

/// A list of patterns.
struct Field {
  std::string_view name;
  std::ptrdiff_t colons = 0;  ///< that each has at least
  std::size_t most_bytes = 0;
  std::string_view shape;
};
constexpr Field kActions{.name = "actions", .colons = 2, .most_bytes = 256, .shape = "<service>:<resource>:<verb>"};
constexpr Field kResources{
    .name = "resources", .colons = 3, .most_bytes = 512, .shape = "<service>:<tenant>:<kind>:<id>"};

/// Collects what is wrong while it reads.
class Reader {
 public:
  explicit Reader(std::vector<Problem>& problems) : problems_(problems) {}

  Statements policy(const json::value& value, const std::string& at) {
    const auto* object = members(value, at, {"version", "statements"});
    if (object == nullptr) return {};
    const auto* version = object->if_contains("version");
    if (version == nullptr || !version->is_string() || version->get_string() != kVersion) {
      add(at + "/version", fmt::format("must be \"{}\"", kVersion));
    }
    Statements statements;
    const auto* list = list_of(*object, at, "statements", kMostStatements);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      statements.push_back(statement((*list)[i], fmt::format("{}/statements/{}", at, i)));
    }
    return statements;
  }

 private:
  Statement statement(const json::value& value, const std::string& at) {
    Statement statement;
    const auto* object = members(value, at, {"effect", "actions", "resources"});
    if (object == nullptr) return statement;
    const auto* effect = object->if_contains("effect");
    const std::string word = effect != nullptr && effect->is_string() ? std::string(effect->get_string()) : "";
    if (word != "Allow" && word != "Deny") add(at + "/effect", "must be \"Allow\" or \"Deny\"");
    statement.is_allowed = word == "Allow";
    statement.actions = patterns(*object, at, kActions);
    statement.resources = patterns(*object, at, kResources);
    return statement;
  }

  std::vector<std::string> patterns(const json::object& object, const std::string& at, const Field& field) {
    std::vector<std::string> patterns;
    const auto* list = list_of(object, at, field.name, kMostPatterns);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const auto& value = (*list)[i];
      const auto pointer = fmt::format("{}/{}/{}", at, field.name, i);
      if (!value.is_string() || value.get_string().empty() || value.get_string().size() > field.most_bytes) {
        add(pointer, fmt::format("must be text of 1 to {} bytes", field.most_bytes));
        continue;
      }
      std::string text(value.get_string());
      const bool has_parts = std::ranges::count(text, ':') >= field.colons;
      const auto service = text.substr(0, text.find(':'));
      const bool is_ours = service == "yams" || service == "calotype" || service.find('*') != std::string::npos;
      if (!has_parts) add(pointer, fmt::format("must be {}; * stands for any text", field.shape));
      if (has_parts && !is_ours) add(pointer, "is of no service that is here", "the service is yams or calotype");
      patterns.push_back(std::move(text));
    }
    return patterns;
  }

  const json::object* members(const json::value& value, const std::string& at,
                              std::initializer_list<std::string_view> known) {
    const auto* object = value.if_object();
    if (object == nullptr) {
      add(at, "must be an object");
      return nullptr;
    }
    for (const auto& member : *object) {
      if (std::ranges::find(known, std::string_view(member.key())) == known.end()) {
        add(fmt::format("{}/{}", at, std::string_view(member.key())), "is no field of a policy");
      }
    }
    return object;
  }

  const json::array* list_of(const json::object& object, const std::string& at, std::string_view name,
                             std::size_t most) {
    const auto* value = object.if_contains(name);
    const auto* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr || list->empty() || list->size() > most) {
      add(fmt::format("{}/{}", at, name), fmt::format("must be a list of 1 to {}", most));
      return nullptr;
    }
    return list;
  }

  void add(std::string pointer, std::string detail, std::string hint = "") {
    problems_.push_back({.pointer = std::move(pointer), .detail = std::move(detail), .hint = std::move(hint)});
  }

  std::vector<Problem>& problems_;
};

json::array list(const std::vector<std::string>& texts) {
  json::array all;
  for (const auto& text : texts) all.emplace_back(text);
  return all;
}

}  // namespace

Statements read_policy(std::string_view text, const std::string& root) {
  std::vector<Problem> problems;
  Statements statements;
  if (is_strict_json(text, kMaxDepth)) {
    statements = Reader(problems).policy(json::parse(text), root);
  } else {
    problems.push_back({.pointer = root, .detail = "must be a policy as JSON", .hint = ""});
  }
  if (!problems.empty()) {
    throw Error(Fault::unprocessable, "read a policy: it cannot be used", "invalid-body", std::move(problems));
  }
  return statements;
}

Statements read_stored(std::string_view text) {
  try {
    return read_policy(text, "");
  } catch (const Error& error) {
    throw Error(Fault::internal, fmt::format("read a stored policy: {}", error.what()));
  }
}

std::string write_policy(const Statements& statements) {
  json::array all;
  for (const auto& statement : statements) {
    all.push_back(json::object{{"effect", statement.is_allowed ? "Allow" : "Deny"},
                               {"actions", list(statement.actions)},
                               {"resources", list(statement.resources)}});
  }
  return json::serialize(json::object{{"version", kVersion}, {"statements", std::move(all)}});
}

}  // namespace calotype::access
