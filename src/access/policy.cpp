#include "access/policy.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/wildcard.h"

namespace calotype::access {

namespace {

/// The first parts of a pattern, at its colons; what is left is the last one, colons and all.
template <std::size_t Count>
std::optional<std::array<std::string_view, Count>> split(std::string_view pattern) {
  std::array<std::string_view, Count> parts;
  for (std::size_t i = 0; i + 1 < Count; ++i) {
    const auto colon = pattern.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts.at(i) = pattern.substr(0, colon);
    pattern.remove_prefix(colon + 1);
  }
  parts.back() = pattern;
  return parts;
}

bool is_everything(std::string_view pattern) {
  return !pattern.empty() && pattern.find_first_not_of('*') == std::string_view::npos;
}

/// The two services are one: its first name and ours.
bool is_service(std::string_view pattern) {
  return matches_wildcard(pattern, "yams") || matches_wildcard(pattern, "calotype");
}

bool covers_action(std::string_view pattern, std::string_view action) {
  const auto parts = split<3>(pattern);
  const auto wanted = split<2>(action);
  if (!parts || !wanted || !is_service(parts->at(0))) return false;
  return matches_wildcard(parts->at(1), wanted->at(0)) && matches_wildcard(parts->at(2), wanted->at(1));
}

bool covers(std::string_view id, const Resource& resource) {
  if (resource.names.empty()) return is_everything(id);
  return std::any_of(resource.names.begin(), resource.names.end(),
                     [&](const std::string& name) { return matches_wildcard(id, name); });
}

bool covers_resource(std::string_view pattern, const Doing& doing) {
  const auto parts = split<4>(pattern);
  if (!parts || !is_service(parts->at(0)) || !matches_wildcard(parts->at(1), doing.tenant.text())) return false;
  return std::any_of(doing.touched.begin(), doing.touched.end(), [&](const Resource& resource) {
    return matches_wildcard(parts->at(2), resource.kind) && covers(parts->at(3), resource);
  });
}

bool is_about(const Statement& statement, const Doing& doing) {
  return std::any_of(statement.actions.begin(), statement.actions.end(),
                     [&](const std::string& pattern) { return covers_action(pattern, doing.action); }) &&
         std::any_of(statement.resources.begin(), statement.resources.end(),
                     [&](const std::string& pattern) { return covers_resource(pattern, doing); });
}

bool is_every_action(const std::string& pattern) {
  const auto parts = split<3>(pattern);
  return parts && is_service(parts->at(0)) && is_everything(parts->at(1)) && is_everything(parts->at(2));
}

bool is_every_resource(const std::string& pattern, TenantId tenant) {
  const auto parts = split<4>(pattern);
  return parts && is_service(parts->at(0)) && matches_wildcard(parts->at(1), tenant.text()) &&
         is_everything(parts->at(2)) && is_everything(parts->at(3));
}

}  // namespace

bool are_allowing(const Statements& statements, const Doing& doing) {
  bool is_allowed = false;
  for (const auto& statement : statements) {
    if (!is_about(statement, doing)) continue;
    if (!statement.is_allowed) return false;
    is_allowed = true;
  }
  return is_allowed;
}

bool have_names_of(const Statements& statements, std::string_view kind) {
  const auto has_name = [&](const std::string& pattern) {
    const auto parts = split<4>(pattern);
    return parts && matches_wildcard(parts->at(2), kind) && !is_everything(parts->at(3));
  };
  return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
    return std::any_of(statement.resources.begin(), statement.resources.end(), has_name);
  });
}

bool are_unrestricted(const Statements& statements, TenantId tenant) {
  bool is_everything_allowed = false;
  for (const auto& statement : statements) {
    if (!statement.is_allowed) return false;
    is_everything_allowed =
        is_everything_allowed ||
        (std::any_of(statement.actions.begin(), statement.actions.end(), is_every_action) &&
         std::any_of(statement.resources.begin(), statement.resources.end(),
                     [&](const std::string& pattern) { return is_every_resource(pattern, tenant); }));
  }
  return is_everything_allowed;
}

const Statements& default_statements() {
  static const Statements statements{{.is_allowed = true, .actions = {"yams:*:*"}, .resources = {"yams:*:*:*"}}};
  return statements;
}

std::string kind_of_noun(std::string_view noun) {
  if (noun.ends_with("ies")) return std::string(noun.substr(0, noun.size() - 3)) + "y";
  return std::string(noun.ends_with('s') ? noun.substr(0, noun.size() - 1) : noun);
}

}  // namespace calotype::access
