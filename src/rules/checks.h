#pragma once

#include <optional>
#include <string_view>

#include "rules/vocabulary.h"

/// What a table of keys cannot say: checks across keys, and meanings that have more than one spelling.
namespace calotype::rules::checks {

// Prechecks: the value as it was sent.
void actions_given(const Value& list, const Site& site);
void resize_given(const Value& body, const Site& site);
void blur_given(const Value& body, const Site& site);

// Checks: every key is valid by itself, defaults are still there.
void rule(const Value& root, const Site& site);
/// As it was sent: whoever stores a rule has put it upon its base before.
void no_base(const Value& root, const Site& site);
/// Part of rule(): how many watermarks and overlays all stages have.
void stages(const Value& root, const Site& site);
/// Part of rule(): the formats that encoder.maxBytes goes with.
void bytes_limit(const Value& root, const Site& site);
void gravity(const Value& body, const Site& site);
void crop(const Value& body, const Site& site);
void resize(const Value& body, const Site& site);
void extend(const Value& body, const Site& site);
void normalize(const Value& body, const Site& site);
void tone(const Value& body, const Site& site);
void progressive(const Value& body, const Site& site);
void mark(const Value& body, const Site& site);
void overlay(const Value& body, const Site& site);
void distinct(const Value& list, const Site& site);
void format_list(const Value& list, const Site& site);
void quality(const Value& body, const Site& site);
void encoder(const Value& body, const Site& site);
void parameter(const Value& body, const Site& site);
void headers(const Value& map, const Site& site);
void on_error(const Value& body, const Site& site);
void policy(const Value& body, const Site& site);
void test(const Value& body, const Site& site);
void condition(const Value& body, const Site& site);
void conditions(const Value& list, const Site& site);
void patch(const Value& body, const Site& site);

// Checks of names in maps.
void parameter_name(std::string_view name, const Site& site);
void header_name(std::string_view name, const Site& site);

// Normalisers.
void move_areas(Value& root);
void sort_actions(Value& list);
void drop_empty_stages(Value& list);
void drop_whole_sides(Value& overlay);
void spread_sides(Value& body);
void drop_zoom(Value& body);
void strength_to_sigma(Value& body);
void cut_format_list(Value& list);
void shorten_format(Value& body);
void spread_quality(Value& body);
/// The target that "auto", "auto:best", ... stand for; nothing for other words.
std::optional<double> target_named(std::string_view word);
void normalise_parameter(Value& body);

}  // namespace calotype::rules::checks
