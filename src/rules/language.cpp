#include "rules/language.h"

#include <fmt/format.h>

#include "rules/json_reader.h"
#include "rules/look.h"
#include "rules/parameters.h"
#include "rules/reader.h"
#include "rules/version.h"
#include "rules/when.h"
#include "rules/whole_rule.h"

namespace calotype::rules {
namespace {

/// The canonical form of a valid rule's policy, which the walk of the whole leaves out.
Value policy_in(const Value& root) {
  const auto* policy = root.find("policy");
  if (policy == nullptr) return Value::Object{};
  Report scratch;
  auto canonical = Walker(scratch).walk(*find_key(rule_type(), "policy")->type, *policy, "");
  if (!canonical) throw Error(Fault::internal, "read rule: its policy was valid and is not");
  return std::move(*canonical);
}

std::optional<Hint> hint_of(const Value& parameter) {
  const auto* hint = parameter.find("hint");
  if (hint == nullptr) return std::nullopt;
  if (*hint == Value("width")) return Hint::width;
  return *hint == Value("dpr") ? Hint::dpr : Hint::viewport_width;
}

std::vector<HintedParameter> hinted_in(const Value& canonical) {
  std::vector<HintedParameter> hinted;
  const auto* params = canonical.find("params");
  if (params == nullptr) return hinted;
  for (const auto& [name, body] : *params->object()) {
    if (const auto hint = hint_of(body)) hinted.push_back({name, *hint});
  }
  return hinted;
}

Value parse_canonical(const Document& document) {
  Report report;
  auto root = read_json(document.canonical(), report);
  if (!root || !report.errors.empty() || root->object() == nullptr) {
    throw Error(Fault::internal, "bind rule: the document is not canonical");
  }
  return std::move(*root);
}

[[noreturn]] void refuse(const Report& report) {
  std::vector<Problem> problems;
  for (const auto& finding : report.errors) problems.push_back({finding.pointer, finding.message, finding.hint});
  const auto& first = report.errors.front();
  throw Error(Fault::invalid,
              fmt::format("bind rule: a parameter's value does not fit at {}: {}", first.pointer, first.message),
              "bad-parameter", std::move(problems));
}

}  // namespace

Document::Document(std::string name, std::string canonical, rule::Policy policy, std::string policy_text)
    : name_(std::move(name)),
      canonical_(std::move(canonical)),
      hash_(Digest::of(canonical_)),
      policy_(std::move(policy)),
      policy_text_(std::move(policy_text)) {}

Verdict check(std::string_view json) {
  Report report;
  Verdict verdict;
  if (auto root = read_json(json, report)) {
    const bool is_strict = says_old(*root);
    if (root->object() != nullptr && is_old(*root)) make_modern(*root);
    auto canonical = walk_rule(*root, report, is_strict).canonical;
    if (canonical && report.errors.empty()) {
      canonical->object()->insert_or_assign("version", Value(kVersion));
      const auto* name = root->find("name");
      const auto policy = policy_in(*root);
      verdict.document.emplace(name == nullptr ? std::string() : *name->text(), canonical->canonical(),
                               read_policy(policy), policy.canonical());
      verdict.document->hinted_ = hinted_in(*canonical);
      if (canonical->find("when") != nullptr) {
        verdict.document->when_ = std::make_shared<const Conditional>(std::move(*canonical));
      }
    }
  }
  verdict.errors = std::move(report.errors);
  verdict.warnings = std::move(report.warnings);
  return verdict;
}

Document parse(std::string_view json) {
  auto verdict = check(json);
  if (verdict.document) return std::move(*verdict.document);
  std::vector<Problem> problems;
  for (const auto& finding : verdict.errors) problems.push_back({finding.pointer, finding.message, finding.hint});
  const auto& first = verdict.errors.front();
  throw Error(Fault::unprocessable,
              fmt::format("read rule: {}{}{}", first.pointer, first.pointer.empty() ? "" : ": ", first.message),
              "invalid-rule", std::move(problems));
}

std::vector<DeclaredParameter> declared(const Document& document) {
  std::vector<DeclaredParameter> list;
  const auto root = parse_canonical(document);
  const auto* params = root.find("params");
  if (params == nullptr) return list;
  const auto is_set = [](const Value& body, std::string_view key, bool otherwise) {
    const auto* value = body.find(key);
    return value == nullptr ? otherwise : *value->boolean();
  };
  for (const auto& [name, body] : *params->object()) {
    list.push_back({.name = name,
                    .type = *body.find("type")->text(),
                    .is_required = is_set(body, "required", false),
                    .is_signed = is_set(body, "signed", true)});
  }
  return list;
}

Holding holding(const Document& document, const Parameters& values, const Facts& facts) {
  return document.when() == nullptr ? Holding{0} : document.when()->holding(values, facts);
}

Bound bind(const Document& document, const Parameters& values, Holding holding) {
  if (document.when() != nullptr && holding != 0)
    return rules::bind(parse(document.when()->patched(holding)), values, 0);
  auto root = parse_canonical(document);
  root.object()->erase("when");
  Bindings bindings;
  std::vector<std::string> names;
  if (const auto* declared = root.find("params")) {
    for (const auto& [name, body] : *declared->object()) names.push_back(name);
    bindings = resolve_all(*declared, values);
    root.object()->erase("params");
  }
  Report report;
  auto canonical = Walker(report, &bindings).walk(rule_type(), root, "");
  if (!canonical) refuse(report);
  canonical->object()->insert_or_assign("version", Value(kVersion));
  Bound bound{.rule = read_rule(*canonical),
              .canonical = canonical->canonical(),
              .hash = {},
              .look = look_of(*canonical),
              .parameters = std::move(names)};
  bound.hash = Digest::of(bound.canonical);
  return bound;
}

}  // namespace calotype::rules
