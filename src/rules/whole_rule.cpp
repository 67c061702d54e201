#include "rules/whole_rule.h"

#include <algorithm>

#include <fmt/format.h>

#include "rules/merge.h"
#include "rules/parameters.h"
#include "rules/version.h"

namespace calotype::rules {
namespace {

using Names = std::set<std::string, std::less<>>;

/// The declared parameters that are right, in canonical form; the walk of the whole has reported the others.
Bindings declared_in(const Value& root) {
  Bindings declared;
  const auto* params = root.find("params");
  if (params == nullptr || params->object() == nullptr) return declared;
  const auto& type = *find_key(rule_type(), "params")->type->element;
  for (const auto& [name, body] : *params->object()) {
    Report scratch;
    auto canonical = Walker(scratch).walk(type, body, "");
    declared.emplace(name, canonical ? std::move(*canonical) : Value());
  }
  return declared;
}

/// Null: it is declared and wrong. nullptr: it is not declared, which is reported.
const Value* find_declared(const std::string& name, const std::string& pointer, const Bindings& declared,
                           Report& report) {
  const auto parameter = declared.find(name);
  if (parameter != declared.end()) return &parameter->second;
  std::vector<std::string_view> names;
  for (const auto& [known, body] : declared) names.push_back(known);
  report.error(pointer, code::kUnknownParameter, fmt::format("no parameter \"{}\" is declared in params", name),
               suggestion(name, names));
  return nullptr;
}

void check_reference(const Walker::Reference& reference, const Bindings& declared, Report& report) {
  const auto* parameter = find_declared(reference.name, reference.pointer, declared, report);
  if (parameter == nullptr || parameter->is_null()) return;
  for (const auto& sample : samples_of(*parameter)) {
    Report scratch;
    Walker(scratch).walk(*reference.type, sample, "");
    if (scratch.errors.empty()) continue;
    report.error(reference.pointer, code::kBadParameter,
                 fmt::format("parameter \"{}\" can be {}, and here it {}", reference.name, sample.canonical(),
                             scratch.errors.front().message));
    return;
  }
}

/// The rule without its patches.
std::optional<Value> walk_once(const Value& root, Report& report, bool is_old, const Bindings& declared, Names& used) {
  Walker walker(report, nullptr, is_old);
  auto canonical = walker.walk(rule_type(), root, "");
  for (const auto& reference : walker.references()) {
    used.insert(reference.name);
    if (!report.is_full()) check_reference(reference, declared, report);
  }
  return canonical;
}

// ---- what conditions ask of parameters ----

/// The values of a test of a parameter in the form that its own values have.
void check_test(Value& test, const std::string& name, const Value& parameter, const std::string& pointer,
                Report& report) {
  const auto& type = *parameter.find("type")->text();
  const bool has_order = type == "int" || type == "num";
  const auto fit = [&](Value& value, const std::string& at) {
    auto canonical = canonical_value(parameter, value);
    if (canonical) {
      value = std::move(*canonical);
      return;
    }
    report.error(at, code::kWrongType, fmt::format("parameter \"{}\" is of type {}, and never this", name, type));
  };
  for (auto& [op, value] : *test.object()) {
    const auto at = child(pointer, op);
    if (op == "exists") continue;
    if (op == "in") {
      for (std::size_t i = 0; i < value.array()->size(); ++i) fit((*value.array())[i], child(at, i));
    } else if (op == "eq" || op == "ne" || has_order) {
      fit(value, at);
    } else {
      report.error(at, code::kConflict, fmt::format("values of type {} have no order", type));
    }
  }
}

void check_condition(Value& condition, const std::string& pointer, const Bindings& declared, Report& report,
                     Names& used) {
  auto& [key, body] = *condition.object()->begin();
  const auto at = child(pointer, key);
  if (auto* parts = body.array()) {
    for (std::size_t i = 0; i < parts->size(); ++i) {
      check_condition((*parts)[i], child(at, i), declared, report, used);
    }
  } else if (key == "not") {
    check_condition(body, at, declared, report, used);
  } else if (key.starts_with("param.")) {
    const auto name = key.substr(std::string_view("param.").size());
    used.insert(name);
    const auto* parameter = find_declared(name, at, declared, report);
    if (parameter != nullptr && !parameter->is_null()) check_test(body, name, *parameter, at, report);
  }
}

// ---- the rule with its patches on ----

/// Whether a place of the patched rule came with the patch.
bool is_in(const Value& patch, std::string_view pointer) {
  const auto* here = &patch;
  while (!pointer.empty() && here->object() != nullptr) {
    const auto end = std::min(pointer.find('/', 1), pointer.size());
    std::string name(pointer.substr(1, end - 1));
    for (const auto& [escaped, plain] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
      for (auto i = name.find(escaped); i != std::string::npos; i = name.find(escaped, i + 1)) {
        name.replace(i, 2, plain);
      }
    }
    here = here->find(name);
    if (here == nullptr) return false;
    pointer.remove_prefix(end);
  }
  return true;
}

bool has(const std::vector<Finding>& findings, const Finding& finding) {
  return std::ranges::any_of(findings, [&](const Finding& known) {
    return known.pointer == finding.pointer && known.message == finding.message;
  });
}

/// Looks at the rule with some of its patches on, and at nothing that is wrong without them.
class Patches {
 public:
  Patches(const Value& base, const Value::Array& entries, const Bindings& declared, const Report& before)
      : base_(base), entries_(entries), declared_(declared), before_(before) {}

  void check_all(Report& report, Names& used) {
    const auto count = entries_.size();
    for (std::size_t i = 0; i < count; ++i) check_one(i, report, used);
    if (report.count() != 0) return;
    for (std::size_t b = 1; b < count; ++b) {
      for (std::size_t a = 0; a < b; ++a) check_together({a, b}, report);
    }
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(i);
    if (count > 2 && report.count() == 0) check_together(all, report);
  }

 private:
  const Value& set_of(std::size_t index) const { return *entries_[index].find("set"); }
  static std::string place_of(std::size_t index) { return child(child("/when", index), "set"); }

  void check_one(std::size_t index, Report& report, Names& used) const {
    Report found;
    walk_once(merged(base_, set_of(index)), found, false, declared_, used);
    const auto place = place_of(index);
    const auto tell = [&](const Finding& finding, auto say) {
      if (is_in(set_of(index), finding.pointer)) {
        say(place + finding.pointer, finding.message);
      } else {
        const auto where = finding.pointer.empty() ? std::string("the rule") : finding.pointer;
        say(place, fmt::format("with this patch, {}: {}", where, finding.message));
      }
    };
    for (const auto& finding : found.errors) {
      if (has(before_.errors, finding)) continue;
      tell(finding, [&](std::string at, std::string message) {
        report.error(std::move(at), finding.code, std::move(message), finding.hint);
      });
    }
    for (const auto& finding : found.warnings) {
      if (has(before_.warnings, finding)) continue;
      tell(finding, [&](std::string at, std::string message) {
        report.warning(std::move(at), finding.code, std::move(message), finding.hint);
      });
    }
  }

  void check_together(const std::vector<std::size_t>& indices, Report& report) const {
    auto rule = base_;
    std::string others;
    for (const auto index : indices) {
      rule = merged(std::move(rule), set_of(index));
      if (index != indices.back()) others += (others.empty() ? "" : ", ") + child("/when", index);
    }
    Report found;
    Names used;
    walk_once(rule, found, false, declared_, used);
    if (found.errors.empty()) return;
    const auto& first = found.errors.front();
    report.error(place_of(indices.back()), first.code,
                 fmt::format("together with {}, {}: {}", others, first.pointer, first.message), first.hint);
  }

  const Value& base_;
  const Value::Array& entries_;
  const Bindings& declared_;
  const Report& before_;
};

/// What patches are put upon: the rule as it was written, without what is no part of the picture.
Value base_of(const Value& root, const Bindings& declared) {
  auto base = root;
  auto& members = *base.object();
  std::erase_if(members, [](const auto& member) {
    const auto* key = find_key(rule_type(), member.first);
    return key == nullptr || key->traits.unhashed;
  });
  members.erase("when");
  if (declared.empty())
    members.erase("params");
  else
    members.insert_or_assign("params", Value(Value::Object(declared.begin(), declared.end())));
  members.insert_or_assign("version", Value(kVersion));
  return base;
}

void warn_of_unused(const Bindings& declared, const Names& used, Report& report) {
  for (const auto& [name, body] : declared) {
    if (used.contains(name)) continue;
    report.warning(child("/params", name), code::kUnusedParameter,
                   fmt::format("the parameter \"{}\" is used nowhere", excerpt(name)));
  }
}

}  // namespace

WholeRule walk_rule(const Value& root, Report& report, bool is_old) {
  const auto declared = declared_in(root);
  WholeRule rule;
  rule.canonical = walk_once(root, report, is_old, declared, rule.used);
  const bool has_conditions = rule.canonical && rule.canonical->find("when") != nullptr;
  if (has_conditions) {
    auto& entries = *rule.canonical->object()->at("when").array();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      auto& condition = entries[i].object()->at("if");
      check_condition(condition, child(child("/when", i), "if"), declared, report, rule.used);
    }
    auto base = base_of(root, declared);
    Report found;
    Patches(base, entries, declared, report).check_all(found, rule.used);
    for (auto& finding : found.errors) report.error(finding.pointer, finding.code, finding.message, finding.hint);
    for (auto& finding : found.warnings) report.warning(finding.pointer, finding.code, finding.message, finding.hint);
    base.object()->insert_or_assign("when", Value(std::move(entries)));
    rule.canonical = std::move(base);
  }
  // Without its patches it is not known what they would use.
  if (rule.canonical || root.find("when") == nullptr) warn_of_unused(declared, rule.used, report);
  return rule;
}

}  // namespace calotype::rules
