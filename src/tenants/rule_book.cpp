#include "tenants/rule_book.h"

#include "rules/language.h"
#include "tenants/fields.h"

namespace calotype::tenants {

Task<StoredRule> RuleBook::add(Context ctx, Domain domain, std::string body) {
  const auto document = rules::parse(body);
  FieldCheck check("add a rule");
  check.require_alias(document.name(), "/name");
  check.finish();

  StoredRule rule{.id = RuleId::random(),
                  .tenant = domain.tenant,
                  .domain = domain.id,
                  .name = document.name(),
                  .revision = 1,
                  .body = std::move(body),
                  .hash = document.hash(),
                  .created = clock_.now()};
  co_await catalog_.add_rule(ctx, rule);
  co_return rule;
}

Task<std::vector<StoredRule>> RuleBook::list(Context ctx, Domain domain) {
  co_return co_await catalog_.list_rules(ctx, domain.id);
}

Task<StoredRule> RuleBook::require(Context ctx, Domain domain, std::string id_or_name) {
  std::optional<StoredRule> found;
  if (const auto id = RuleId::parse(id_or_name)) {
    found = co_await catalog_.find_rule(ctx, domain.id, *id);
  } else if (is_alias(id_or_name)) {
    found = co_await catalog_.find_rule_named(ctx, domain.id, id_or_name);
  }
  if (!found) throw Error(Fault::missing, "find the rule: none of this id or name");
  co_return *found;
}

}  // namespace calotype::tenants
