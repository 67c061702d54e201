// Domains, buckets and host names of a SqliteCatalog.
#include "adapters/sqlite/append_event.h"
#include "adapters/sqlite/lookup.h"
#include "adapters/sqlite/sqlite_catalog.h"

namespace calotype {

namespace {

Domain read_domain(Query& row) {
  Domain domain{.id = rows::id<DomainId>(row), .tenant = rows::id<TenantId>(row)};
  domain.name = row.text();
  domain.status = row.text();
  domain.created = rows::time(row);
  return domain;
}

Bucket read_bucket(Query& row) {
  Bucket bucket{.id = rows::id<BucketId>(row), .tenant = rows::id<TenantId>(row), .domain = rows::id<DomainId>(row)};
  bucket.alias = row.text();
  bucket.region = row.text();
  bucket.status = row.text();
  bucket.serves_statics = row.boolean();
  bucket.is_private = row.boolean();
  bucket.max_age = Seconds(row.integer());
  bucket.default_rule = row.text();
  bucket.forbidden_types = rows::lines(row.text());
  bucket.quota = rows::quota(row);
  bucket.created = rows::time(row);
  bucket.changed = rows::time(row);
  bucket.generation = row.integer();
  bucket.placeholder = row.text();
  return bucket;
}

Distribution read_distribution(Query& row) {
  Distribution distribution{.id = rows::id<DistributionId>(row), .tenant = rows::id<TenantId>(row)};
  distribution.dns_name = row.text();
  distribution.auto_format = row.boolean();
  distribution.created = rows::time(row);
  return distribution;
}

#define CALOTYPE_DOMAIN "SELECT id, tenant, name, status, created_ms FROM domains "
#define CALOTYPE_BUCKET                                                                                    \
  "SELECT id, tenant, domain, alias, region, status, serves_statics, is_private, max_age_s, default_rule," \
  " forbidden_types, most_objects, most_bytes, created_ms, changed_ms, generation, placeholder FROM buckets "
#define CALOTYPE_DISTRIBUTION "SELECT id, tenant, dns_name, auto_format, created_ms FROM distributions "

/// Whether a statement of one question and one key gives a row.
template <class Key>
bool has_row(Connection& connection, std::string_view sql, const Key& key) {
  Query query(connection, sql);
  rows::bind_all(query, key);
  return query.step();
}

/// Throws conflict where the alias is kept for another tenant. That it is no other bucket's is the table's to say.
void claim_alias(Connection& connection, const Bucket& bucket, WallTime when) {
  Query kept(connection, "SELECT 1 FROM released_aliases WHERE alias = ? AND tenant <> ? AND until_ms > ?");
  rows::bind_all(kept, bucket.alias, bucket.tenant, when);
  if (kept.step()) throw Error(Fault::conflict, "give a bucket its alias: the id or name is taken");
  Query claim(connection, "DELETE FROM released_aliases WHERE alias = ?");
  rows::bind_all(claim, bucket.alias).run();
}

void release_alias(Connection& connection, const Bucket& bucket, WallTime kept_until) {
  Query query(connection, "INSERT OR REPLACE INTO released_aliases (alias, tenant, until_ms) VALUES (?, ?, ?)");
  rows::bind_all(query, bucket.alias, bucket.tenant, kept_until).run();
}

std::optional<Bucket> bucket_of(Connection& connection, BucketId id) {
  return first_row(connection, CALOTYPE_BUCKET "WHERE id = ?", read_bucket, id);
}

}  // namespace

Task<> SqliteCatalog::add_domain(Context ctx, Domain domain) {
  auto change = [domain = std::move(domain)](Connection& connection) {
    Query query(connection, "INSERT INTO domains (id, tenant, name, status, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, domain.id, domain.tenant, domain.name, domain.status, domain.created).run();
    append_event(connection, event_of(domain, "created", domain.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Domain>> SqliteCatalog::find_domain(Context ctx, TenantId tenant, DomainId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_DOMAIN "WHERE id = ? AND tenant = ?", read_domain, id, tenant);
}

Task<std::optional<Domain>> SqliteCatalog::find_domain_named(Context ctx, TenantId tenant, std::string name) {
  return find_row(database_, std::move(ctx), CALOTYPE_DOMAIN "WHERE tenant = ? AND name = ?", read_domain, tenant,
                  std::move(name));
}

Task<std::vector<Domain>> SqliteCatalog::list_domains(Context ctx, TenantId tenant) {
  return list_rows(database_, std::move(ctx), CALOTYPE_DOMAIN "WHERE tenant = ? ORDER BY created_ms, seq", read_domain,
                   tenant);
}

Task<bool> SqliteCatalog::remove_domain(Context ctx, TenantId tenant, DomainId id, WallTime when) {
  auto change = [tenant, id, when](Connection& connection) {
    const bool holds_some = has_row(connection, "SELECT 1 FROM buckets WHERE domain = ?", id) ||
                            has_row(connection, "SELECT 1 FROM rules WHERE domain = ?", id) ||
                            has_row(connection, "SELECT 1 FROM watermarks WHERE domain = ?", id);
    const auto domain = first_row(connection, CALOTYPE_DOMAIN "WHERE id = ? AND tenant = ?", read_domain, id, tenant);
    if (!domain) return false;
    if (holds_some) throw Error(Fault::conflict, "remove domain: it holds buckets, rules or watermarks");
    Query query(connection, "DELETE FROM domains WHERE id = ?");
    rows::bind_all(query, id).run();
    append_event(connection, event_of(*domain, "deleted", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteCatalog::add_bucket(Context ctx, Bucket bucket) {
  auto change = [bucket = std::move(bucket)](Connection& connection) {
    claim_alias(connection, bucket, bucket.created);
    const auto forbidden = rows::joined(bucket.forbidden_types);
    Query query(connection,
                "INSERT INTO buckets (id, tenant, domain, alias, region, status, serves_statics, is_private, max_age_s,"
                " default_rule, forbidden_types, most_objects, most_bytes, created_ms, changed_ms, placeholder)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    rows::bind_all(query, bucket.id, bucket.tenant, bucket.domain, bucket.alias, bucket.region, bucket.status,
                   bucket.serves_statics, bucket.is_private, bucket.max_age, bucket.default_rule, forbidden,
                   bucket.quota, bucket.created, bucket.changed, bucket.placeholder)
        .run();
    append_event(connection, event_of(bucket, "created", bucket.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Bucket>> SqliteCatalog::find_bucket(Context ctx, BucketId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_BUCKET "WHERE id = ? " CALOTYPE_OF_ONE_THAT_STAYS, read_bucket,
                  id);
}

Task<std::optional<Bucket>> SqliteCatalog::find_bucket_named(Context ctx, std::string alias) {
  return find_row(database_, std::move(ctx), CALOTYPE_BUCKET "WHERE alias = ? " CALOTYPE_OF_ONE_THAT_STAYS, read_bucket,
                  std::move(alias));
}

Task<std::vector<Bucket>> SqliteCatalog::list_buckets(Context ctx, DomainId domain) {
  return list_rows(database_, std::move(ctx), CALOTYPE_BUCKET "WHERE domain = ? ORDER BY created_ms, seq", read_bucket,
                   domain);
}

Task<Bucket> SqliteCatalog::change_bucket(Context ctx, BucketId id, BucketChange change, WallTime kept_until) {
  auto apply = [id, change = std::move(change), kept_until](Connection& connection) {
    const auto before = bucket_of(connection, id);
    if (!before) throw Error(Fault::missing, "change bucket: none of this id");
    auto after = changed(*before, change);
    if (after.alias != before->alias) {
      claim_alias(connection, after, change.when);
      release_alias(connection, *before, kept_until);
    }
    const auto forbidden = rows::joined(after.forbidden_types);
    Query query(connection,
                "UPDATE buckets SET alias = ?, region = ?, serves_statics = ?, is_private = ?, max_age_s = ?,"
                " default_rule = ?, forbidden_types = ?, most_objects = ?, most_bytes = ?, changed_ms = ?,"
                " placeholder = ? WHERE id = ?");
    rows::bind_all(query, after.alias, after.region, after.serves_statics, after.is_private, after.max_age,
                   after.default_rule, forbidden, after.quota, after.changed, after.placeholder, after.id)
        .run();
    append_event(connection, event_of(after, "changed", change.when));
    return after;
  };
  co_return co_await database_.write(std::move(ctx), std::move(apply));
}

Task<bool> SqliteCatalog::renew_bucket(Context ctx, BucketId id) {
  auto change = [id](Connection& connection) {
    Query query(connection, "UPDATE buckets SET generation = generation + 1 WHERE id = ?");
    rows::bind_all(query, id).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteCatalog::remove_bucket(Context ctx, BucketId id, WallTime when, WallTime kept_until) {
  auto change = [id, when, kept_until](Connection& connection) {
    const auto bucket = bucket_of(connection, id);
    if (!bucket) return false;
    if (has_row(connection, "SELECT 1 FROM objects WHERE bucket = ? LIMIT 1", id)) {
      throw Error(Fault::conflict, "remove bucket: it holds objects");
    }
    release_alias(connection, *bucket, kept_until);
    Query query(connection, "DELETE FROM buckets WHERE id = ?");
    rows::bind_all(query, id).run();
    append_event(connection, event_of(*bucket, "deleted", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteCatalog::add_distribution(Context ctx, Distribution distribution) {
  auto change = [distribution = std::move(distribution)](Connection& connection) {
    Query query(connection,
                "INSERT INTO distributions (id, tenant, dns_name, auto_format, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, distribution.id, distribution.tenant, distribution.dns_name, distribution.auto_format,
                   distribution.created)
        .run();
    append_event(connection, event_of(distribution, "created", distribution.created));
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Distribution>> SqliteCatalog::find_distribution(Context ctx, TenantId tenant, DistributionId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_DISTRIBUTION "WHERE id = ? AND tenant = ?", read_distribution, id,
                  tenant);
}

Task<std::optional<Distribution>> SqliteCatalog::find_distribution_named(Context ctx, std::string dns_name) {
  return find_row(database_, std::move(ctx), CALOTYPE_DISTRIBUTION "WHERE dns_name = ? " CALOTYPE_OF_ONE_THAT_STAYS,
                  read_distribution, std::move(dns_name));
}

Task<std::vector<Distribution>> SqliteCatalog::list_distributions(Context ctx, TenantId tenant) {
  return list_rows(database_, std::move(ctx), CALOTYPE_DISTRIBUTION "WHERE tenant = ? ORDER BY created_ms, seq",
                   read_distribution, tenant);
}

Task<bool> SqliteCatalog::change_distribution(Context ctx, Distribution changed, WallTime when) {
  auto change = [changed = std::move(changed), when](Connection& connection) {
    Query query(connection, "UPDATE distributions SET dns_name = ?, auto_format = ? WHERE id = ? AND tenant = ?");
    rows::bind_all(query, changed.dns_name, changed.auto_format, changed.id, changed.tenant).run();
    if (connection.changes() == 0) return false;
    append_event(connection, event_of(changed, "changed", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteCatalog::remove_distribution(Context ctx, TenantId tenant, DistributionId id, WallTime when) {
  auto change = [tenant, id, when](Connection& connection) {
    const auto distribution =
        first_row(connection, CALOTYPE_DISTRIBUTION "WHERE id = ? AND tenant = ?", read_distribution, id, tenant);
    if (!distribution) return false;
    Query query(connection, "DELETE FROM distributions WHERE id = ?");
    rows::bind_all(query, id).run();
    append_event(connection, event_of(*distribution, "deleted", when));
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
