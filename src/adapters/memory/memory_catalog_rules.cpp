// Rules and watermarks of a MemoryCatalog.
#include <utility>

#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/tables.h"

namespace calotype {

using namespace tables;

MemoryCatalog::RuleEntry* MemoryCatalog::rule_entry(DomainId domain, RuleId id) {
  return find_first(rules_, [&](const RuleEntry& r) { return r.latest().domain == domain && r.latest().id == id; });
}

Task<> MemoryCatalog::add_rule(Context, StoredRule rule) {
  const std::lock_guard lock(mutex_);
  require_domain("add rule", rule.tenant, rule.domain);
  const bool is_taken = has(rules_, [&](const RuleEntry& r) {
    const auto& other = r.latest();
    return other.id == rule.id || (other.domain == rule.domain && other.name == rule.name);
  });
  if (is_taken) refuse_taken("add rule");
  RuleEntry entry{.created = rule.created};
  tell(event_of(rule, "created", rule.created));
  entry.revisions.push_back(std::move(rule));
  rules_.push_back(std::move(entry));
  co_return;
}

Task<std::optional<StoredRule>> MemoryCatalog::find_rule(Context, DomainId domain, RuleId id) {
  const std::lock_guard lock(mutex_);
  const auto* entry = rule_entry(domain, id);
  if (entry == nullptr) co_return std::nullopt;
  co_return entry->latest();
}

Task<std::optional<StoredRule>> MemoryCatalog::find_rule_named(Context, DomainId domain, std::string name) {
  const std::lock_guard lock(mutex_);
  const auto entry =
      first_of(rules_, [&](const RuleEntry& r) { return r.latest().domain == domain && r.latest().name == name; });
  if (!entry) co_return std::nullopt;
  co_return entry->latest();
}

Task<std::vector<StoredRule>> MemoryCatalog::list_rules(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  const auto entries = by_creation(rules_, [&](const RuleEntry& r) { return r.latest().domain == domain; });
  std::vector<StoredRule> rules;
  for (const auto& entry : entries) rules.push_back(entry.latest());
  co_return rules;
}

Task<bool> MemoryCatalog::add_revision(Context, StoredRule next) {
  const std::lock_guard lock(mutex_);
  auto* entry = rule_entry(next.domain, next.id);
  if (entry == nullptr || entry->latest().revision + 1 != next.revision) co_return false;
  next.tenant = entry->latest().tenant;
  next.name = entry->latest().name;
  next.generation = entry->latest().generation;
  next.rollout = entry->latest().rollout;
  tell(event_of(next, "changed", next.created));
  entry->revisions.push_back(std::move(next));
  co_return true;
}

Task<std::optional<StoredRule>> MemoryCatalog::find_revision(Context, DomainId domain, RuleId id, int revision) {
  const std::lock_guard lock(mutex_);
  const auto* entry = rule_entry(domain, id);
  if (entry == nullptr) co_return std::nullopt;
  co_return first_of(entry->revisions, [&](const StoredRule& r) { return r.revision == revision; });
}

Task<std::vector<RuleRevision>> MemoryCatalog::list_revisions(Context, DomainId domain, RuleId id, int before,
                                                              int most) {
  const std::lock_guard lock(mutex_);
  std::vector<RuleRevision> listed;
  const auto* entry = rule_entry(domain, id);
  if (entry == nullptr) co_return listed;
  for (auto each = entry->revisions.rbegin(); each != entry->revisions.rend(); ++each) {
    if (each->revision >= before || listed.size() >= static_cast<std::size_t>(most)) continue;
    listed.push_back({.revision = each->revision, .hash = each->hash, .created = each->created});
  }
  co_return listed;
}

Task<bool> MemoryCatalog::set_rollout(Context, DomainId domain, RuleId id, std::optional<RuleRollout> rollout,
                                      WallTime when) {
  const std::lock_guard lock(mutex_);
  auto* entry = rule_entry(domain, id);
  if (entry == nullptr) co_return false;
  if (rollout && !has(entry->revisions, [&](const StoredRule& r) { return r.revision == rollout->from; }))
    co_return false;
  for (auto& revision : entry->revisions) revision.rollout = rollout;
  tell(rollout_event(entry->latest(), rollout, when));
  co_return true;
}

Task<std::size_t> MemoryCatalog::renew_rules(Context, DomainId domain, std::vector<RuleId> ids) {
  const std::lock_guard lock(mutex_);
  std::size_t renewed = 0;
  for (const auto id : ids) {
    auto* entry = rule_entry(domain, id);
    if (entry == nullptr) continue;
    for (auto& revision : entry->revisions) ++revision.generation;
    ++renewed;
  }
  co_return renewed;
}

Task<bool> MemoryCatalog::remove_rule(Context, DomainId domain, RuleId id, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto* entry = rule_entry(domain, id);
  if (entry == nullptr) co_return false;
  tell(event_of(entry->latest(), "deleted", when));
  co_return erase_first(rules_, [&](const RuleEntry& r) { return r.latest().domain == domain && r.latest().id == id; });
}

Task<bool> MemoryCatalog::put_label(Context, DomainId domain, RuleId id, RuleLabel label) {
  const std::lock_guard lock(mutex_);
  auto* entry = rule_entry(domain, id);
  if (entry == nullptr) co_return false;
  if (!has(entry->revisions, [&](const StoredRule& r) { return r.revision == label.revision; })) co_return false;
  entry->labels[label.name] = label;
  tell(label_event(entry->latest(), label.name, label.revision, label.moved));
  co_return true;
}

Task<std::optional<RuleLabel>> MemoryCatalog::find_label(Context, DomainId domain, RuleId id, std::string name) {
  const std::lock_guard lock(mutex_);
  const auto* entry = rule_entry(domain, id);
  if (entry == nullptr || !entry->labels.contains(name)) co_return std::nullopt;
  co_return entry->labels.at(name);
}

Task<std::vector<RuleLabel>> MemoryCatalog::list_labels(Context, DomainId domain, RuleId id) {
  const std::lock_guard lock(mutex_);
  std::vector<RuleLabel> listed;
  const auto* entry = rule_entry(domain, id);
  if (entry == nullptr) co_return listed;
  for (const auto& [name, label] : entry->labels) listed.push_back(label);
  co_return listed;
}

Task<bool> MemoryCatalog::remove_label(Context, DomainId domain, RuleId id, std::string name, WallTime when) {
  const std::lock_guard lock(mutex_);
  auto* entry = rule_entry(domain, id);
  if (entry == nullptr || entry->labels.erase(name) == 0) co_return false;
  tell(label_event(entry->latest(), name, std::nullopt, when));
  co_return true;
}

Task<> MemoryCatalog::add_watermark(Context, StoredWatermark watermark) {
  const std::lock_guard lock(mutex_);
  require_domain("add watermark", watermark.tenant, watermark.domain);
  const bool is_taken = is_id_taken(watermarks_, watermark) || has(watermarks_, [&](const StoredWatermark& w) {
                          return !w.alias.empty() && w.domain == watermark.domain && w.alias == watermark.alias;
                        });
  if (is_taken) refuse_taken("add watermark");
  tell(event_of(watermark, "created", watermark.created));
  watermarks_.push_back(std::move(watermark));
  co_return;
}

Task<std::optional<StoredWatermark>> MemoryCatalog::find_watermark(Context, DomainId domain, WatermarkId id) {
  const std::lock_guard lock(mutex_);
  co_return first_of(watermarks_, [&](const StoredWatermark& w) { return w.domain == domain && w.id == id; });
}

Task<std::optional<StoredWatermark>> MemoryCatalog::find_watermark_named(Context, DomainId domain, std::string alias) {
  const std::lock_guard lock(mutex_);
  co_return first_of(
      watermarks_, [&](const StoredWatermark& w) { return !alias.empty() && w.domain == domain && w.alias == alias; });
}

Task<std::optional<StoredWatermark>> MemoryCatalog::find_default_watermark(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  const auto all = by_creation(watermarks_, [&](const StoredWatermark& w) { return w.domain == domain; });
  if (all.empty()) co_return std::nullopt;
  co_return all.front();
}

Task<std::vector<StoredWatermark>> MemoryCatalog::list_watermarks(Context, DomainId domain) {
  const std::lock_guard lock(mutex_);
  co_return by_creation(watermarks_, [&](const StoredWatermark& w) { return w.domain == domain; });
}

Task<bool> MemoryCatalog::change_watermark(Context, StoredWatermark changed) {
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const StoredWatermark& w) { return w.domain == changed.domain && w.id == changed.id; };
  const auto is_other = [&](const StoredWatermark& w) {
    return w.domain == changed.domain && w.id != changed.id && !w.alias.empty() && w.alias == changed.alias;
  };
  auto* found = find_first(watermarks_, is_it);
  if (found == nullptr) co_return false;
  if (has(watermarks_, is_other)) refuse_taken("change watermark");
  changed.tenant = found->tenant;
  changed.created = found->created;
  tell(event_of(changed, "changed", changed.changed));
  *found = std::move(changed);
  co_return true;
}

Task<bool> MemoryCatalog::remove_watermark(Context, DomainId domain, WatermarkId id, WallTime when) {
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const StoredWatermark& w) { return w.domain == domain && w.id == id; };
  const auto removed = first_of(watermarks_, is_it);
  if (!removed) co_return false;
  tell(event_of(*removed, "deleted", when));
  erase_first(watermarks_, is_it);
  for (auto& mark : watermarks_) {
    if (mark.domain == domain) mark.changed = when;
  }
  co_return true;
}

}  // namespace calotype
