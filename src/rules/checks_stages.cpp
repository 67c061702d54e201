#include <algorithm>

#include <fmt/format.h>

#include "rules/checks.h"

/// What is done in more than one stage.
namespace calotype::rules::checks {
namespace {

constexpr std::size_t kMostMarks = 8;

std::size_t marks_of(const Value& stage) {
  const auto* marks = stage.find("watermark");
  return marks == nullptr || marks->array() == nullptr ? 0 : marks->array()->size();
}

}  // namespace

void stages(const Value& root, const Site& site) {
  const auto* list = root.find("then");
  if (list == nullptr) return;
  std::size_t marks = marks_of(root);
  for (const auto& stage : *list->array()) marks += marks_of(stage);
  if (marks <= kMostMarks) return;
  site.report.error(child(site.pointer, "then"), code::kOutOfRange,
                    fmt::format("all stages have at most {} watermarks together, not {}", kMostMarks, marks));
}

void drop_empty_stages(Value& list) {
  const auto has_actions = [](const Value& stage) {
    const auto* actions = stage.find("actions");
    return actions != nullptr && !actions->array()->empty();
  };
  std::erase_if(*list.array(), [&](const Value& stage) { return !has_actions(stage) && marks_of(stage) == 0; });
}

}  // namespace calotype::rules::checks
