#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/checks.h"

/// Conditions, each by itself. What they ask of parameters, and the rule with its patches on: whole_rule.cpp.
namespace calotype::rules::checks {
namespace {

constexpr std::size_t kMostNested = 3;
constexpr std::size_t kMostTests = 64;
constexpr std::size_t kMostNameBytes = 64;
constexpr std::array<std::string_view, 7> kNotPatched{"version", "name", "description", "extends",
                                                      "params",  "when", "policy"};

bool is_meta_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes &&
         std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; });
}

/// How deep all, any and not stand in each other, and how many tests there are.
struct Extent {
  std::size_t nested = 0;
  std::size_t tests = 0;
};

Extent extent_of(const Value& condition) {
  const auto& [name, body] = *condition.object()->begin();
  if (name != "all" && name != "any" && name != "not") return {.nested = 0, .tests = 1};
  Extent extent;
  const auto add = [&](const Value& part) {
    const auto inner = extent_of(part);
    extent.nested = std::max(extent.nested, inner.nested);
    extent.tests += inner.tests;
  };
  if (const auto* parts = body.array())
    std::ranges::for_each(*parts, add);
  else
    add(body);
  ++extent.nested;
  return extent;
}

void name_after(std::string_view name, std::string_view stem, bool (*is_right)(std::string_view), std::string_view what,
                const Site& site) {
  if (!name.starts_with(stem) || is_right(name.substr(stem.size()))) return;
  site.report.error(child(site.pointer, name), code::kBadFormat,
                    fmt::format("\"{}\" must be followed by {}", stem, what));
}

}  // namespace

void test(const Value& body, const Site& site) {
  if (!body.object()->empty()) return;
  site.report.error(site.pointer, code::kMissingKey, "a test says at least one thing, such as \"eq\"");
}

void condition(const Value& body, const Site& site) {
  const auto& members = *body.object();
  if (members.size() != 1) {
    site.report.error(site.pointer, members.empty() ? code::kMissingKey : code::kConflict,
                      fmt::format("a condition asks about exactly one thing, and this about {}", members.size()),
                      members.empty() ? "" : "put them into \"all\": [...]");
    return;
  }
  const auto& name = members.begin()->first;
  name_after(name, "param.", is_parameter_name, "the name of a parameter", site);
  name_after(name, "object.meta.", is_meta_name, "at most 64 printable ASCII characters", site);
}

void conditions(const Value& list, const Site& site) {
  std::size_t tests = 0;
  const auto& entries = *list.array();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto extent = extent_of(*entries[i].find("if"));
    tests += extent.tests;
    if (extent.nested <= kMostNested) continue;
    site.report.error(
        child(child(site.pointer, i), "if"), code::kTooDeep,
        fmt::format("all, any and not may stand in each other {} deep, not {}", kMostNested, extent.nested));
  }
  if (tests <= kMostTests) return;
  site.report.error(site.pointer, code::kOutOfRange,
                    fmt::format("all conditions have at most {} tests together, not {}", kMostTests, tests));
}

void patch(const Value& body, const Site& site) {
  if (body.object()->empty()) site.report.error(site.pointer, code::kMissingKey, "a patch says at least one key");
  for (const auto name : kNotPatched) {
    if (body.find(name) == nullptr) continue;
    site.report.error(child(site.pointer, name), code::kConflict,
                      fmt::format("\"{}\" is of the whole rule: no patch sets it", name));
  }
}

}  // namespace calotype::rules::checks
