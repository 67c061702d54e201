#include "tenants/rule_book.h"

#include <limits>

#include "rules/rule_name.h"
#include "tenants/fields.h"

namespace calotype::tenants {

namespace {

Error no_rule() { return Error(Fault::missing, "find the rule: none of this id or name"); }

StoredRule next_of(const StoredRule& latest, std::string body, Digest hash, WallTime now) {
  auto next = latest;
  ++next.revision;
  next.body = std::move(body);
  next.hash = hash;
  next.created = now;
  return next;
}

}  // namespace

Task<std::optional<StoredRule>> find_rule(Catalog& catalog, Context ctx, DomainId domain, std::string reference) {
  const auto name = rules::read_rule_name(reference);
  if (!name) co_return std::nullopt;
  std::optional<StoredRule> found;
  if (const auto id = RuleId::parse(name->rule)) {
    found = co_await catalog.find_rule(ctx, domain, *id);
  } else if (is_alias(name->rule)) {
    found = co_await catalog.find_rule_named(ctx, domain, name->rule);
  }
  if (!found || name->is_bare()) co_return found;
  auto revision = name->revision;
  if (!name->label.empty()) {
    const auto label = co_await catalog.find_label(ctx, domain, found->id, name->label);
    if (!label) co_return std::nullopt;
    revision = label->revision;
  }
  if (*revision == found->revision) co_return found;
  co_return co_await catalog.find_revision(ctx, domain, found->id, *revision);
}

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

Task<StoredRule> RuleBook::require(Context ctx, Domain domain, std::string reference) {
  const auto found = co_await find_rule(catalog_, ctx, domain.id, std::move(reference));
  if (!found) throw no_rule();
  co_return *found;
}

Task<std::optional<StoredRule>> RuleBook::find(Context ctx, Domain domain, std::string reference) {
  return find_rule(catalog_, std::move(ctx), domain.id, std::move(reference));
}

Task<StoredRule> RuleBook::require_bare(Context ctx, Domain domain, std::string reference) {
  const auto name = rules::read_rule_name(reference);
  if (name && !name->is_bare()) {
    throw Error(Fault::invalid,
                "change the rule: a revision never changes; name the rule alone, without \"@\" and what follows it",
                "revision-is-fixed");
  }
  co_return co_await require(ctx, domain, std::move(reference));
}

Task<std::optional<StoredRule>> RuleBook::revise(Context ctx, StoredRule latest, std::string body) {
  const auto document = rules::parse(body);
  FieldCheck check("change the rule");
  check.require(document.name().empty() || document.name() == latest.name, "/name",
                fmt::format("a rule keeps its name, which is \"{}\"", latest.name),
                "leave it out, or store a new rule under the other name");
  check.finish();

  auto next = next_of(latest, std::move(body), document.hash(), clock_.now());
  const bool is_stored = co_await catalog_.add_revision(ctx, next);
  if (!is_stored) co_return std::nullopt;
  co_return next;
}

Task<std::optional<StoredRule>> RuleBook::roll_back(Context ctx, StoredRule latest, int revision) {
  const auto old = co_await catalog_.find_revision(ctx, latest.domain, latest.id, revision);
  if (!old) throw Error(Fault::missing, fmt::format("find revision {} of the rule: none", revision));
  auto next = next_of(latest, old->body, old->hash, clock_.now());
  const bool is_stored = co_await catalog_.add_revision(ctx, next);
  if (!is_stored) co_return std::nullopt;
  co_return next;
}

Task<> RuleBook::remove(Context ctx, StoredRule rule) {
  const auto buckets = co_await catalog_.list_buckets(ctx, rule.domain);
  for (const auto& bucket : buckets) {
    const auto used = rules::read_rule_name(bucket.default_rule);
    if (used && (used->rule == rule.name || RuleId::parse(used->rule) == rule.id)) {
      throw Error(Fault::conflict,
                  fmt::format("remove the rule: it is the default rule of the bucket {}", bucket.alias), "in-use");
    }
  }
  const bool is_removed = co_await catalog_.remove_rule(ctx, rule.domain, rule.id, clock_.now());
  if (!is_removed) throw no_rule();
}

Task<std::vector<ListedRevision>> RuleBook::revisions(Context ctx, StoredRule rule, std::optional<int> before) {
  const int end = before.value_or(std::numeric_limits<int>::max());
  const auto found = co_await catalog_.list_revisions(ctx, rule.domain, rule.id, end, kRevisionsListed);
  const auto labels = co_await catalog_.list_labels(ctx, rule.domain, rule.id);
  std::vector<ListedRevision> listed;
  for (const auto& revision : found) {
    ListedRevision one{.revision = revision, .labels = {}};
    for (const auto& label : labels) {
      if (label.revision == revision.revision) one.labels.push_back(label.name);
    }
    listed.push_back(std::move(one));
  }
  co_return listed;
}

Task<RuleDifference> RuleBook::compare(Context, StoredRule from, StoredRule to) {
  RuleDifference difference{.from = std::move(from), .to = std::move(to), .changes = {}};
  difference.changes = rules::changes(rules::parse(difference.from.body), rules::parse(difference.to.body));
  co_return difference;
}

Task<RuleRollout> RuleBook::roll_out(Context ctx, StoredRule rule, RuleRollout rollout) {
  FieldCheck check("roll a rule out");
  check.require(rollout.percent >= 0 && rollout.percent <= 100, "/percent", "must be 0 to 100");
  const auto revision = co_await catalog_.find_revision(ctx, rule.domain, rule.id, rollout.from);
  check.require(revision.has_value(), "/from", "is no revision of the rule",
                fmt::format("the latest one is {}", rule.revision));
  check.finish();
  const bool is_set = co_await catalog_.set_rollout(ctx, rule.domain, rule.id, rollout, clock_.now());
  if (!is_set) throw no_rule();
  co_return rollout;
}

Task<> RuleBook::end_rollout(Context ctx, StoredRule rule) {
  if (!rule.rollout) throw Error(Fault::missing, "end the rollout: the rule has none");
  const bool is_set = co_await catalog_.set_rollout(ctx, rule.domain, rule.id, std::nullopt, clock_.now());
  if (!is_set) throw no_rule();
}

Task<std::vector<RuleLabel>> RuleBook::labels(Context ctx, StoredRule rule) {
  co_return co_await catalog_.list_labels(ctx, rule.domain, rule.id);
}

Task<RuleLabel> RuleBook::put_label(Context ctx, StoredRule rule, std::string label, int revision) {
  const auto present = co_await catalog_.list_labels(ctx, rule.domain, rule.id);
  const bool is_new = std::none_of(present.begin(), present.end(), [&](const auto& l) { return l.name == label; });
  FieldCheck check("label a revision");
  check.require(rules::is_label(label), "",
                "a label must begin with a-z, go on with a-z, 0-9, \".\", \"_\" or \"-\", and be at most 64 long");
  check.require(!is_new || present.size() < kLabels, "", fmt::format("a rule has {} labels at most", kLabels));
  check.finish();

  RuleLabel moved{.name = std::move(label), .revision = revision, .moved = clock_.now()};
  const bool is_there = co_await catalog_.put_label(ctx, rule.domain, rule.id, moved);
  check.require(is_there, "/revision", "is no revision of the rule");
  check.finish();
  co_return moved;
}

Task<> RuleBook::remove_label(Context ctx, StoredRule rule, std::string label) {
  const bool is_removed = co_await catalog_.remove_label(ctx, rule.domain, rule.id, std::move(label), clock_.now());
  if (!is_removed) throw Error(Fault::missing, "find the label: none of this name");
}

}  // namespace calotype::tenants
