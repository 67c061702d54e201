#pragma once

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "model/plan.h"
#include "transform/describe.h"
#include "transform/draft.h"
#include "transform/planner.h"

/// So that failures are readable.
namespace calotype {
inline void PrintTo(const Size& size, std::ostream* out) { *out << size.width << "x" << size.height; }
inline void PrintTo(const Point& at, std::ostream* out) { *out << at.x << "," << at.y; }
inline void PrintTo(const Box& box, std::ostream* out) {
  *out << box.width << "x" << box.height << " at " << box.left << "," << box.top;
}
}  // namespace calotype

/// Short words for tests of this module.
namespace calotype::transform::samples {

inline rule::Length px(double value) { return {.value = value, .unit = rule::Length::Unit::pixels}; }
inline rule::Length percent(double value) { return {.value = value, .unit = rule::Length::Unit::percent}; }

inline ImageInfo photo(int width, int height) {
  return {.format = ImageFormat::jpg, .size = {.width = width, .height = height}};
}

inline ImageInfo animation(int width, int height, int frames) {
  return {.format = ImageFormat::gif,
          .size = {.width = width, .height = height},
          .frames = frames,
          .is_animated = true,
          .has_alpha = true};
}

inline rule::Gravities at(Location location) { return {{.location = location}}; }

/// The nine places, as a table wants them.
inline constexpr std::array kLocations{Location::northwest, Location::north,  Location::northeast,
                                       Location::west,      Location::center, Location::east,
                                       Location::southwest, Location::south,  Location::southeast};

/// The descriptions of steps: a plan as a test can read it.
inline std::vector<std::string> lines(const std::vector<plan::Step>& steps) {
  std::vector<std::string> texts;
  for (const auto& step : steps) texts.push_back(describe(step));
  return texts;
}
inline std::vector<std::string> lines(const Draft& draft) { return lines(draft.steps()); }
inline std::vector<std::string> lines(const Plan& plan) { return lines(plan.steps); }

/// A plan with generous limits, and all marks of one size.
inline Plan plan_of(const Rule& rule, const ImageInfo& source, Size mark = {.width = 200, .height = 100}) {
  const std::vector<std::optional<ImageInfo>> marks(rule.watermarks.size(), photo(mark.width, mark.height));
  return make_plan(rule, source, std::nullopt, marks, choose_format(rule, source, {}), Limits{});
}

/// The code of the refusal that a call ends in; "none" when it goes through.
template <typename Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.fault() == Fault::unprocessable ? error.code() : "wrong fault";
  }
  return "none";
}

/// Its message.
template <typename Call>
std::string complaint(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace calotype::transform::samples
