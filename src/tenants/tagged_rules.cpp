#include "tenants/tagged_rules.h"

#include <algorithm>
#include <set>

#include "rules/language.h"

namespace calotype::tenants {

namespace {

bool has_tag(const StoredRule& rule, const std::string& tag) {
  const auto document = rules::check(rule.body).document;
  return document && std::ranges::find(document->policy().cache.tags, tag) != document->policy().cache.tags.end();
}

/// Beside its latest revision, those that labels and a rollout lead to.
Task<std::set<int>> other_revisions(Catalog& catalog, Context ctx, StoredRule rule) {
  std::set<int> others;
  if (rule.rollout) others.insert(rule.rollout->from);
  const auto labels = co_await catalog.list_labels(ctx, rule.domain, rule.id);
  for (const auto& label : labels) others.insert(label.revision);
  others.erase(rule.revision);
  co_return others;
}

}  // namespace

Task<std::vector<RuleId>> rules_tagged(Catalog& catalog, Context ctx, DomainId domain, std::string tag) {
  std::vector<RuleId> found;
  const auto rules = co_await catalog.list_rules(ctx, domain);
  for (const auto& rule : rules) {
    bool is_tagged = has_tag(rule, tag);
    std::set<int> others;
    if (!is_tagged) others = co_await other_revisions(catalog, ctx, rule);
    for (const int number : others) {
      if (is_tagged) break;
      const auto revision = co_await catalog.find_revision(ctx, domain, rule.id, number);
      is_tagged = revision && has_tag(*revision, tag);
    }
    if (is_tagged) found.push_back(rule.id);
  }
  co_return found;
}

}  // namespace calotype::tenants
