// Rules and watermarks of a SqliteCatalog.
#include "adapters/sqlite/append_event.h"
#include "adapters/sqlite/lookup.h"
#include "adapters/sqlite/sqlite_catalog.h"

namespace calotype {

namespace {

StoredRule read_rule(Query& row) {
  StoredRule rule{.id = rows::id<RuleId>(row), .tenant = rows::id<TenantId>(row), .domain = rows::id<DomainId>(row)};
  rule.name = row.text();
  rule.revision = static_cast<int>(row.integer());
  rule.body = row.text();
  rule.hash = rows::digest(row);
  rule.created = rows::time(row);
  rule.generation = row.integer();
  if (row.is_null()) {
    row.skip(2);
  } else {
    rule.rollout.emplace();
    rule.rollout->from = static_cast<int>(row.integer());
    rule.rollout->percent = static_cast<int>(row.integer());
  }
  return rule;
}

RuleRevision read_revision(Query& row) {
  RuleRevision revision{.revision = static_cast<int>(row.integer())};
  revision.hash = rows::digest(row);
  revision.created = rows::time(row);
  return revision;
}

RuleLabel read_label(Query& row) {
  RuleLabel label{.name = row.text()};
  label.revision = static_cast<int>(row.integer());
  label.moved = rows::time(row);
  return label;
}

StoredWatermark read_watermark(Query& row) {
  StoredWatermark watermark{
      .id = rows::id<WatermarkId>(row), .tenant = rows::id<TenantId>(row), .domain = rows::id<DomainId>(row)};
  watermark.alias = row.text();
  watermark.content = rows::digest(row);
  watermark.size_bytes = static_cast<std::uint64_t>(row.integer());
  watermark.info = rows::image_info(row);
  watermark.created = rows::time(row);
  watermark.changed = rows::time(row);
  return watermark;
}

#define CALOTYPE_RULE_FIELDS                                                                         \
  "SELECT r.id, r.tenant, r.domain, r.name, v.revision, v.body, v.hash, v.created_ms, r.generation," \
  " r.rollout_from, r.rollout_percent FROM rules r "
#define CALOTYPE_RULE                                                                                              \
  CALOTYPE_RULE_FIELDS                                                                                             \
  "JOIN rule_revisions v ON v.rule = r.id AND v.revision = (SELECT max(revision) FROM rule_revisions WHERE rule =" \
  " r.id) "
#define CALOTYPE_LABEL "SELECT l.name, l.revision, l.moved_ms FROM rule_labels l JOIN rules r ON r.id = l.rule "
#define CALOTYPE_WATERMARK                                                                                        \
  "SELECT id, tenant, domain, alias, content, size_bytes, format, width, height, frames, is_animated, bit_depth," \
  " colour_space, has_alpha, is_interlaced, has_profile, orientation, loop, created_ms, changed_ms FROM watermarks "

void insert_revision(Connection& connection, const StoredRule& rule) {
  Query query(connection, "INSERT INTO rule_revisions (rule, revision, body, hash, created_ms) VALUES (?, ?, ?, ?, ?)");
  rows::bind_all(query, rule.id, rule.revision, rule.body, rule.hash, rule.created).run();
}

std::optional<StoredRule> rule_of(Connection& connection, DomainId domain, RuleId id) {
  return first_row(connection, CALOTYPE_RULE "WHERE r.id = ? AND r.domain = ?", read_rule, id, domain);
}

void bind_alias(Query& query, const std::string& alias) {
  if (alias.empty()) {
    query.bind_null();  // any number of them: NULL is equal to nothing
  } else {
    rows::bind(query, alias);
  }
}

}  // namespace

Task<> SqliteCatalog::add_rule(Context ctx, StoredRule rule) {
  auto change = [rule = std::move(rule)](Connection& connection) {
    Query query(connection, "INSERT INTO rules (id, tenant, domain, name, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, rule.id, rule.tenant, rule.domain, rule.name, rule.created).run();
    insert_revision(connection, rule);
    append_event(connection, event_of(rule, "created", rule.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<StoredRule>> SqliteCatalog::find_rule(Context ctx, DomainId domain, RuleId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_RULE "WHERE r.id = ? AND r.domain = ?", read_rule, id, domain);
}

Task<std::optional<StoredRule>> SqliteCatalog::find_rule_named(Context ctx, DomainId domain, std::string name) {
  return find_row(database_, std::move(ctx), CALOTYPE_RULE "WHERE r.domain = ? AND r.name = ?", read_rule, domain,
                  std::move(name));
}

Task<std::vector<StoredRule>> SqliteCatalog::list_rules(Context ctx, DomainId domain) {
  return list_rows(database_, std::move(ctx), CALOTYPE_RULE "WHERE r.domain = ? ORDER BY r.created_ms, r.seq",
                   read_rule, domain);
}

Task<bool> SqliteCatalog::add_revision(Context ctx, StoredRule next) {
  auto change = [next = std::move(next)](Connection& connection) {
    auto latest = rule_of(connection, next.domain, next.id);
    if (!latest || latest->revision + 1 != next.revision) return false;
    insert_revision(connection, next);
    latest->revision = next.revision;
    append_event(connection, event_of(*latest, "changed", next.created));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteCatalog::set_rollout(Context ctx, DomainId domain, RuleId id, std::optional<RuleRollout> rollout,
                                      WallTime when) {
  auto change = [domain, id, rollout, when](Connection& connection) {
    const auto from = rollout ? std::optional(rollout->from) : std::nullopt;
    const auto percent = rollout ? std::optional(rollout->percent) : std::nullopt;
    Query query(connection,
                "UPDATE rules SET rollout_from = ?1, rollout_percent = ?2 WHERE id = ?3 AND domain = ?4 AND"
                " (?1 IS NULL OR EXISTS (SELECT 1 FROM rule_revisions WHERE rule = ?3 AND revision = ?1))");
    rows::bind_all(query, from, percent, id, domain).run();
    if (connection.changes() == 0) return false;
    append_event(connection, rollout_event(rule_of(connection, domain, id).value(), rollout, when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqliteCatalog::renew_rules(Context ctx, DomainId domain, std::vector<RuleId> ids) {
  auto change = [domain, ids = std::move(ids)](Connection& connection) {
    std::size_t renewed = 0;
    for (const auto id : ids) {
      Query query(connection, "UPDATE rules SET generation = generation + 1 WHERE id = ? AND domain = ?");
      rows::bind_all(query, id, domain).run();
      renewed += static_cast<std::size_t>(connection.changes());
    }
    return renewed;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<StoredRule>> SqliteCatalog::find_revision(Context ctx, DomainId domain, RuleId id, int revision) {
  return find_row(database_, std::move(ctx),
                  CALOTYPE_RULE_FIELDS
                  "JOIN rule_revisions v ON v.rule = r.id WHERE r.id = ? AND r.domain = ? AND v.revision = ?",
                  read_rule, id, domain, revision);
}

Task<std::vector<RuleRevision>> SqliteCatalog::list_revisions(Context ctx, DomainId domain, RuleId id, int before,
                                                              int most) {
  return list_rows(database_, std::move(ctx),
                   "SELECT v.revision, v.hash, v.created_ms FROM rules r JOIN rule_revisions v ON v.rule = r.id"
                   " WHERE r.id = ? AND r.domain = ? AND v.revision < ? ORDER BY v.revision DESC LIMIT ?",
                   read_revision, id, domain, before, most);
}

Task<bool> SqliteCatalog::remove_rule(Context ctx, DomainId domain, RuleId id, WallTime when) {
  auto change = [domain, id, when](Connection& connection) {
    const auto removed = rule_of(connection, domain, id);
    if (!removed) return false;
    Query labels(connection, "DELETE FROM rule_labels WHERE rule = ?");
    rows::bind_all(labels, id).run();
    Query revisions(connection, "DELETE FROM rule_revisions WHERE rule = ?");
    rows::bind_all(revisions, id).run();
    Query rule(connection, "DELETE FROM rules WHERE id = ?");
    rows::bind_all(rule, id).run();
    append_event(connection, event_of(*removed, "deleted", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteCatalog::put_label(Context ctx, DomainId domain, RuleId id, RuleLabel label) {
  auto change = [domain, id, label = std::move(label)](Connection& connection) {
    Query query(connection,
                "INSERT OR REPLACE INTO rule_labels (rule, name, revision, moved_ms)"
                " SELECT v.rule, ?, v.revision, ? FROM rule_revisions v JOIN rules r ON r.id = v.rule"
                " WHERE v.rule = ? AND v.revision = ? AND r.domain = ?");
    rows::bind_all(query, label.name, label.moved, id, label.revision, domain).run();
    if (connection.changes() == 0) return false;
    const auto rule = rule_of(connection, domain, id);
    append_event(connection, label_event(rule.value(), label.name, label.revision, label.moved));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<RuleLabel>> SqliteCatalog::find_label(Context ctx, DomainId domain, RuleId id, std::string name) {
  return find_row(database_, std::move(ctx), CALOTYPE_LABEL "WHERE l.rule = ? AND r.domain = ? AND l.name = ?",
                  read_label, id, domain, std::move(name));
}

Task<std::vector<RuleLabel>> SqliteCatalog::list_labels(Context ctx, DomainId domain, RuleId id) {
  return list_rows(database_, std::move(ctx), CALOTYPE_LABEL "WHERE l.rule = ? AND r.domain = ? ORDER BY l.name",
                   read_label, id, domain);
}

Task<bool> SqliteCatalog::remove_label(Context ctx, DomainId domain, RuleId id, std::string name, WallTime when) {
  auto change = [domain, id, name = std::move(name), when](Connection& connection) {
    Query query(connection,
                "DELETE FROM rule_labels WHERE rule = (SELECT id FROM rules WHERE id = ? AND domain = ?) AND name = ?");
    rows::bind_all(query, id, domain, name).run();
    if (connection.changes() == 0) return false;
    const auto rule = rule_of(connection, domain, id);
    append_event(connection, label_event(rule.value(), name, std::nullopt, when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteCatalog::add_watermark(Context ctx, StoredWatermark watermark) {
  auto change = [watermark = std::move(watermark)](Connection& connection) {
    Query query(connection,
                "INSERT INTO watermarks (id, tenant, domain, alias, content, size_bytes, format, width, height, frames,"
                " is_animated, bit_depth, colour_space, has_alpha, is_interlaced, has_profile, orientation, loop,"
                " created_ms, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    rows::bind_all(query, watermark.id, watermark.tenant, watermark.domain);
    bind_alias(query, watermark.alias);
    rows::bind_all(query, watermark.content, watermark.size_bytes, watermark.info, watermark.created, watermark.changed)
        .run();
    append_event(connection, event_of(watermark, "created", watermark.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<StoredWatermark>> SqliteCatalog::find_watermark(Context ctx, DomainId domain, WatermarkId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_WATERMARK "WHERE id = ? AND domain = ?", read_watermark, id,
                  domain);
}

Task<std::optional<StoredWatermark>> SqliteCatalog::find_watermark_named(Context ctx, DomainId domain,
                                                                         std::string alias) {
  return find_row(database_, std::move(ctx), CALOTYPE_WATERMARK "WHERE domain = ? AND alias = ?", read_watermark,
                  domain, std::move(alias));
}

Task<std::optional<StoredWatermark>> SqliteCatalog::find_default_watermark(Context ctx, DomainId domain) {
  return find_row(database_, std::move(ctx), CALOTYPE_WATERMARK "WHERE domain = ? ORDER BY created_ms, seq LIMIT 1",
                  read_watermark, domain);
}

Task<std::vector<StoredWatermark>> SqliteCatalog::list_watermarks(Context ctx, DomainId domain) {
  return list_rows(database_, std::move(ctx), CALOTYPE_WATERMARK "WHERE domain = ? ORDER BY created_ms, seq",
                   read_watermark, domain);
}

Task<bool> SqliteCatalog::change_watermark(Context ctx, StoredWatermark changed) {
  auto change = [changed = std::move(changed)](Connection& connection) {
    Query query(connection,
                "UPDATE watermarks SET alias = ?, content = ?, size_bytes = ?, format = ?, width = ?, height = ?,"
                " frames = ?, is_animated = ?, bit_depth = ?, colour_space = ?, has_alpha = ?, is_interlaced = ?,"
                " has_profile = ?, orientation = ?, loop = ?, changed_ms = ? WHERE id = ? AND domain = ?");
    bind_alias(query, changed.alias);
    rows::bind_all(query, changed.content, changed.size_bytes, changed.info, changed.changed, changed.id,
                   changed.domain)
        .run();
    const auto after = first_row(connection, CALOTYPE_WATERMARK "WHERE id = ? AND domain = ?", read_watermark,
                                 changed.id, changed.domain);
    if (!after) return false;
    append_event(connection, event_of(*after, "changed", changed.changed));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteCatalog::remove_watermark(Context ctx, DomainId domain, WatermarkId id, WallTime when) {
  auto change = [domain, id, when](Connection& connection) {
    const auto removed =
        first_row(connection, CALOTYPE_WATERMARK "WHERE id = ? AND domain = ?", read_watermark, id, domain);
    if (!removed) return false;
    Query query(connection, "DELETE FROM watermarks WHERE id = ?");
    rows::bind_all(query, id).run();
    append_event(connection, event_of(*removed, "deleted", when));
    Query others(connection, "UPDATE watermarks SET changed_ms = ? WHERE domain = ?");
    rows::bind_all(others, when, domain).run();
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
