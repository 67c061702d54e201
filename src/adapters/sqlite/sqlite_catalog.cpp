#include "adapters/sqlite/sqlite_catalog.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

namespace {

Tenant read_tenant(Query& row) {
  Tenant tenant{.id = rows::id<TenantId>(row)};
  tenant.name = row.text();
  tenant.admin_email = row.text();
  tenant.is_operator = row.boolean();
  tenant.created = rows::time(row);
  return tenant;
}

AccessKey read_key(Query& row) {
  AccessKey key{.id = rows::id<AccessKeyId>(row), .tenant = rows::id<TenantId>(row)};
  key.public_key_pem = row.text();
  key.description = row.text();
  key.is_active = row.boolean();
  key.created = rows::time(row);
  return key;
}

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
  bucket.max_age = Seconds(row.integer());
  bucket.created = rows::time(row);
  return bucket;
}

StoredRule read_rule(Query& row) {
  StoredRule rule{.id = rows::id<RuleId>(row), .tenant = rows::id<TenantId>(row), .domain = rows::id<DomainId>(row)};
  rule.name = row.text();
  rule.revision = static_cast<int>(row.integer());
  rule.body = row.text();
  rule.hash = rows::digest(row);
  rule.created = rows::time(row);
  return rule;
}

StoredWatermark read_watermark(Query& row) {
  StoredWatermark watermark{
      .id = rows::id<WatermarkId>(row), .tenant = rows::id<TenantId>(row), .domain = rows::id<DomainId>(row)};
  watermark.alias = row.text();
  watermark.content = rows::digest(row);
  watermark.size_bytes = static_cast<std::uint64_t>(row.integer());
  watermark.info = rows::image_info(row);
  watermark.created = rows::time(row);
  return watermark;
}

void insert_key(Connection& connection, const AccessKey& key) {
  Query query(connection,
              "INSERT INTO access_keys (id, tenant, public_key_pem, description, is_active, created_ms)"
              " VALUES (?, ?, ?, ?, ?, ?)");
  rows::bind_all(query, key.id, key.tenant, key.public_key_pem, key.description, key.is_active, key.created).run();
}

/// What reads one row of a kind.
template <class Row>
using Reader = Row (*)(Query&);

template <class Row, class... Keys>
std::optional<Row> first_row(Connection& connection, std::string_view sql, Reader<Row> reader, const Keys&... keys) {
  Query query(connection, sql);
  rows::bind_all(query, keys...);
  if (!query.step()) return std::nullopt;
  return reader(query);
}

/// Finds one row by its keys. `sql` is a literal.
template <class Row, class... Keys>
Task<std::optional<Row>> find_row(Database& database, Context ctx, std::string_view sql, Reader<Row> reader,
                                  Keys... keys) {
  auto query = [=](Connection& connection) { return first_row(connection, sql, reader, keys...); };
  co_return co_await database.read(std::move(ctx), std::move(query));
}

/// All rows of a parent, in the order of the statement. `sql` is a literal.
template <class Row, class... Keys>
Task<std::vector<Row>> list_rows(Database& database, Context ctx, std::string_view sql, Reader<Row> reader,
                                 Keys... keys) {
  auto query = [=](Connection& connection) {
    Query rows_of(connection, sql);
    rows::bind_all(rows_of, keys...);
    std::vector<Row> found;
    while (rows_of.step()) found.push_back(reader(rows_of));
    return found;
  };
  co_return co_await database.read(std::move(ctx), std::move(query));
}

#define CALOTYPE_TENANT "SELECT id, name, admin_email, is_operator, created_ms FROM tenants "
#define CALOTYPE_DOMAIN "SELECT id, tenant, name, status, created_ms FROM domains "
#define CALOTYPE_BUCKET \
  "SELECT id, tenant, domain, alias, region, status, serves_statics, max_age_s, created_ms FROM buckets "
#define CALOTYPE_RULE                                                                                               \
  "SELECT r.id, r.tenant, r.domain, r.name, v.revision, v.body, v.hash, v.created_ms FROM rules r"                  \
  " JOIN rule_revisions v ON v.rule = r.id AND v.revision = (SELECT max(revision) FROM rule_revisions WHERE rule =" \
  " r.id) "
#define CALOTYPE_WATERMARK                                                                                        \
  "SELECT id, tenant, domain, alias, content, size_bytes, format, width, height, frames, is_animated, bit_depth," \
  " colour_space, has_alpha, is_interlaced, has_profile, orientation, loop, created_ms FROM watermarks "

}  // namespace

Task<> SqliteCatalog::add_tenant(Context ctx, Tenant tenant, AccessKey key) {
  auto change = [tenant = std::move(tenant), key = std::move(key)](Connection& connection) {
    if (key.tenant != tenant.id) throw Error(Fault::missing, "add tenant: the key is another tenant's");
    Query query(connection,
                "INSERT INTO tenants (id, name, admin_email, is_operator, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, tenant.id, tenant.name, tenant.admin_email, tenant.is_operator, tenant.created).run();
    insert_key(connection, key);
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Tenant>> SqliteCatalog::find_tenant(Context ctx, TenantId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_TENANT "WHERE id = ?", read_tenant, id);
}

Task<std::optional<Tenant>> SqliteCatalog::find_operator(Context ctx) {
  return find_row(database_, std::move(ctx), CALOTYPE_TENANT "WHERE is_operator = 1", read_tenant);
}

Task<std::vector<Tenant>> SqliteCatalog::list_tenants(Context ctx) {
  return list_rows(database_, std::move(ctx), CALOTYPE_TENANT "ORDER BY created_ms, seq", read_tenant);
}

Task<> SqliteCatalog::add_key(Context ctx, AccessKey key) {
  auto change = [key = std::move(key)](Connection& connection) { insert_key(connection, key); };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<AccessKey>> SqliteCatalog::find_key(Context ctx, AccessKeyId id) {
  return find_row(database_, std::move(ctx),
                  "SELECT id, tenant, public_key_pem, description, is_active, created_ms FROM access_keys WHERE id = ?",
                  read_key, id);
}

Task<> SqliteCatalog::add_domain(Context ctx, Domain domain) {
  auto change = [domain = std::move(domain)](Connection& connection) {
    Query query(connection, "INSERT INTO domains (id, tenant, name, status, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, domain.id, domain.tenant, domain.name, domain.status, domain.created).run();
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

Task<> SqliteCatalog::add_bucket(Context ctx, Bucket bucket) {
  auto change = [bucket = std::move(bucket)](Connection& connection) {
    Query query(connection,
                "INSERT INTO buckets (id, tenant, domain, alias, region, status, serves_statics, max_age_s, created_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    rows::bind_all(query, bucket.id, bucket.tenant, bucket.domain, bucket.alias, bucket.region, bucket.status,
                   bucket.serves_statics, bucket.max_age, bucket.created)
        .run();
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Bucket>> SqliteCatalog::find_bucket(Context ctx, BucketId id) {
  return find_row(database_, std::move(ctx), CALOTYPE_BUCKET "WHERE id = ?", read_bucket, id);
}

Task<std::optional<Bucket>> SqliteCatalog::find_bucket_named(Context ctx, std::string alias) {
  return find_row(database_, std::move(ctx), CALOTYPE_BUCKET "WHERE alias = ?", read_bucket, std::move(alias));
}

Task<std::vector<Bucket>> SqliteCatalog::list_buckets(Context ctx, DomainId domain) {
  return list_rows(database_, std::move(ctx), CALOTYPE_BUCKET "WHERE domain = ? ORDER BY created_ms, seq", read_bucket,
                   domain);
}

Task<> SqliteCatalog::add_rule(Context ctx, StoredRule rule) {
  auto change = [rule = std::move(rule)](Connection& connection) {
    Query query(connection, "INSERT INTO rules (id, tenant, domain, name, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, rule.id, rule.tenant, rule.domain, rule.name, rule.created).run();
    Query revision(connection,
                   "INSERT INTO rule_revisions (rule, revision, body, hash, created_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(revision, rule.id, rule.revision, rule.body, rule.hash, rule.created).run();
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

Task<> SqliteCatalog::add_watermark(Context ctx, StoredWatermark watermark) {
  auto change = [watermark = std::move(watermark)](Connection& connection) {
    Query query(connection,
                "INSERT INTO watermarks (id, tenant, domain, alias, content, size_bytes, format, width, height, frames,"
                " is_animated, bit_depth, colour_space, has_alpha, is_interlaced, has_profile, orientation, loop,"
                " created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    rows::bind_all(query, watermark.id, watermark.tenant, watermark.domain);
    if (watermark.alias.empty()) {
      query.bind_null();  // any number of them: NULL is equal to nothing
    } else {
      rows::bind(query, watermark.alias);
    }
    rows::bind_all(query, watermark.content, watermark.size_bytes, watermark.info, watermark.created).run();
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

Task<> SqliteCatalog::check(Context ctx) { co_await database_.check(std::move(ctx)); }

}  // namespace calotype
