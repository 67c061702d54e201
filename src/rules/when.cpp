#include "rules/when.h"

#include <algorithm>

#include <fmt/format.h>

#include "rules/json_reader.h"
#include "rules/merge.h"
#include "rules/parameters.h"

namespace calotype::rules {
namespace {

constexpr std::string_view kParameter = "param.";
constexpr std::string_view kMetadata = "object.meta.";

/// All that a condition can be asked about; only what is asked for is looked up.
struct Known {
  const Facts& facts;
  const Parameters& given;
  const Bindings& bindings;
  const Value& metadata;
};

Value source_fact(std::string_view name, const Facts& facts) {
  if (facts.source == nullptr) return {};
  const auto& info = *facts.source;
  const auto size = info.upright();
  if (name == "width") return size.width;
  if (name == "height") return size.height;
  if (name == "megapixels") return static_cast<double>(size.width) * size.height / 1e6;
  if (name == "aspect") return size.height == 0 ? Value() : Value(static_cast<double>(size.width) / size.height);
  if (name == "frames") return info.frames;
  if (name == "bytes") return static_cast<double>(facts.bytes);
  if (name == "orientation") return info.orientation;
  if (name == "alpha") return info.has_alpha;
  if (name == "format") return name_of(info.format);
  constexpr std::string_view kSpaces[] = {"grey", "rgb", "cmyk"};
  return kSpaces[static_cast<std::size_t>(info.colour_space)];
}

/// Of several values: a list.
Value client_fact(std::string_view name, const Facts& facts) {
  if (name == "saveData") return facts.hints.saves_data;
  if (name == "dpr") return facts.hints.dpr ? Value(*facts.hints.dpr) : Value();
  Value::Array accepted;
  if (facts.takes_avif) accepted.emplace_back("avif");
  if (facts.takes_webp) accepted.emplace_back("webp");
  return accepted;
}

/// Null: it is absent.
Value fact_named(std::string_view name, const Known& known) {
  const auto rest = [&](std::string_view stem) { return name.substr(stem.size()); };
  if (name.starts_with("source.")) return source_fact(rest("source."), known.facts);
  if (name.starts_with("client.")) return client_fact(rest("client."), known.facts);
  if (name.starts_with(kParameter)) {
    const auto at = known.bindings.find(rest(kParameter));
    return at == known.bindings.end() ? Value() : at->second;
  }
  const auto* value = known.metadata.find(rest(kMetadata));
  return value == nullptr ? Value() : *value;
}

bool is_given(std::string_view name, const Value& fact, const Known& known) {
  if (!name.starts_with(kParameter)) return !fact.is_null();
  return std::ranges::any_of(known.given, [&](const auto& one) { return one.first == name.substr(kParameter.size()); });
}

bool is_equal(const Value& fact, const Value& value) {
  const auto* several = fact.array();
  return several == nullptr ? fact == value : std::ranges::find(*several, value) != several->end();
}

bool has_order(std::string_view op, const Value& fact, const Value& value) {
  if (fact.number() == nullptr || value.number() == nullptr) return false;
  if (op == "lt") return *fact.number() < *value.number();
  if (op == "lte") return *fact.number() <= *value.number();
  if (op == "gt") return *fact.number() > *value.number();
  return *fact.number() >= *value.number();
}

bool holds_test(std::string_view name, const Value& test, const Known& known) {
  const auto fact = fact_named(name, known);
  return std::ranges::all_of(*test.object(), [&](const auto& member) {
    const auto& [op, value] = member;
    if (op == "eq") return is_equal(fact, value);
    if (op == "ne") return !is_equal(fact, value);
    if (op == "exists") return is_given(name, fact, known) == *value.boolean();
    if (op == "in") {
      return std::ranges::any_of(*value.array(), [&](const Value& one) { return is_equal(fact, one); });
    }
    return has_order(op, fact, value);
  });
}

bool holds(const Value& condition, const Known& known) {
  const auto& [name, body] = *condition.object()->begin();
  const auto is_so = [&](const Value& part) { return holds(part, known); };
  if (name == "all") return std::ranges::all_of(*body.array(), is_so);
  if (name == "any") return std::ranges::any_of(*body.array(), is_so);
  if (name == "not") return !is_so(body);
  return holds_test(name, body, known);
}

void note_asks(const Value& condition, Asks& asks) {
  const auto& [name, body] = *condition.object()->begin();
  if (const auto* parts = body.array()) {
    for (const auto& part : *parts) note_asks(part, asks);
  } else if (name == "not") {
    note_asks(body, asks);
  }
  asks.accepts = asks.accepts || name == "client.accepts";
  asks.save_data = asks.save_data || name == "client.saveData";
  asks.dpr = asks.dpr || name == "client.dpr";
  asks.metadata = asks.metadata || name.starts_with(kMetadata);
  asks.parameters = asks.parameters || name.starts_with(kParameter);
}

/// The owner's texts by their names; nothing where there are none.
Value read_metadata(std::string_view text) {
  Report report;
  auto read = text.empty() ? std::nullopt : read_json(text, report);
  return read ? std::move(*read) : Value();
}

}  // namespace

Conditional::Conditional(Value root) : base_(std::move(root)) {
  auto& members = *base_.object();
  entries_ = *members.at("when").array();
  members.erase("when");
  const auto* params = base_.find("params");
  params_ = params == nullptr ? Value(Value::Object{}) : *params;
  for (const auto& entry : entries_) note_asks(*entry.find("if"), asks_);
}

Holding Conditional::holding(const Parameters& values, const Facts& facts) const {
  const auto bindings = asks_.parameters ? resolve_all(params_, values) : Bindings();
  const auto metadata = asks_.metadata ? read_metadata(facts.user_metadata) : Value();
  const Known known{.facts = facts, .given = values, .bindings = bindings, .metadata = metadata};
  Holding holding = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (holds(*entries_[i].find("if"), known)) holding |= static_cast<Holding>(1U << i);
  }
  return holding;
}

std::string Conditional::told(const Facts& facts) const {
  std::string text;
  if (asks_.accepts) text += fmt::format("accepts {}{}\n", facts.takes_avif ? "avif " : "", facts.takes_webp);
  if (asks_.save_data) text += fmt::format("save-data {}\n", facts.hints.saves_data);
  if (asks_.dpr) text += fmt::format("dpr {}\n", facts.hints.dpr.value_or(0));
  if (asks_.metadata) text += fmt::format("metadata {}\n", facts.user_metadata);
  return text;
}

std::string Conditional::patched(Holding holding) const {
  auto rule = base_;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if ((holding >> i & 1U) != 0) rule = merged(std::move(rule), *entries_[i].find("set"));
  }
  return rule.canonical();
}

}  // namespace calotype::rules
