#include <algorithm>

#include <fmt/format.h>

#include "rules/checks.h"

/// What is done in more than one stage.
namespace calotype::rules::checks {
namespace {

constexpr std::size_t kMostMarks = 8;
constexpr std::size_t kMostOverlays = 16;

/// How many elements a list of the stage has.
std::size_t count_of(const Value& stage, std::string_view list) {
  const auto* found = stage.find(list);
  return found == nullptr || found->array() == nullptr ? 0 : found->array()->size();
}

/// Watermarks, and what overlays take from among them.
std::size_t marks_of(const Value& stage) {
  auto count = count_of(stage, "watermark");
  const auto* overlays = stage.find("overlays");
  if (overlays == nullptr || overlays->array() == nullptr) return count;
  for (const auto& overlay : *overlays->array()) {
    const auto* type = overlay.find("type");
    if (type != nullptr && *type == Value("image")) ++count;
  }
  return count;
}

std::size_t overlays_of(const Value& stage) { return count_of(stage, "overlays"); }

/// Where the sum is too large: in the stages, or in the rule itself where there are none.
void require_at_most(std::size_t most, std::size_t (*count)(const Value&), std::string_view what, std::string_view own,
                     const Value& root, const Site& site) {
  auto sum = count(root);
  const auto* list = root.find("then");
  if (list != nullptr) {
    for (const auto& stage : *list->array()) sum += count(stage);
  }
  if (sum <= most) return;
  site.report.error(child(site.pointer, list != nullptr ? "then" : own), code::kOutOfRange,
                    fmt::format("all stages have at most {} {} together, not {}", most, what, sum));
}

}  // namespace

void stages(const Value& root, const Site& site) {
  require_at_most(kMostMarks, marks_of, "watermarks and overlays of type image", "overlays", root, site);
  require_at_most(kMostOverlays, overlays_of, "overlays", "overlays", root, site);
}

void drop_empty_stages(Value& list) {
  const auto has_actions = [](const Value& stage) {
    const auto* actions = stage.find("actions");
    return actions != nullptr && !actions->array()->empty();
  };
  std::erase_if(*list.array(), [&](const Value& stage) {
    return !has_actions(stage) && count_of(stage, "watermark") == 0 && overlays_of(stage) == 0;
  });
}

}  // namespace calotype::rules::checks
