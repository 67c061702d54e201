#include "adapters/sqlite/object_rows.h"

#include <fmt/format.h>

#include "adapters/sqlite/append_event.h"
#include "adapters/sqlite/append_purge.h"
#include "adapters/sqlite/rows.h"
#include "core/encoding.h"

namespace calotype::object_rows {

namespace {

/// How much there is in a bucket or of a tenant, without what is deleted.
struct Usage {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

Usage read_usage(Query& row) {
  Usage usage;
  if (!row.step()) return usage;
  usage.objects = static_cast<std::uint64_t>(row.integer());
  usage.bytes = static_cast<std::uint64_t>(row.integer());
  return usage;
}

void refuse_over(const Quota& quota, const Usage& usage, std::string_view whose) {
  const bool is_over = (quota.objects && usage.objects > *quota.objects) || (quota.bytes && usage.bytes > *quota.bytes);
  if (!is_over) return;
  throw Error(Fault::conflict, fmt::format("add object: the quota of the {} is used up", whose), "quota-exceeded");
}

void bind_focal(Query& query, const std::optional<FocalPoint>& focal) {
  if (focal) {
    rows::bind_all(query, focal->x, focal->y);
  } else {
    query.bind_null().bind_null();
  }
}

/// False when the name is taken.
bool insert(Connection& connection, const Object& object, const std::optional<ContentHash>& replaces) {
  Query query(
      connection,
      "INSERT INTO objects (bucket, name, tenant, content, md5, size_bytes, content_type, format, width, height,"
      " frames, is_animated, bit_depth, colour_space, has_alpha, is_interlaced, has_profile, orientation, loop,"
      " focal_x, focal_y, created_ms, deleted_ms, expires_ms, user_metadata, generation)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      // A tombstone gives way, and what has expired; anything else only to who names its content.
      " ON CONFLICT (bucket, name) DO UPDATE SET tenant = excluded.tenant, content = excluded.content,"
      " md5 = excluded.md5, size_bytes = excluded.size_bytes, content_type = excluded.content_type,"
      " format = excluded.format, width = excluded.width, height = excluded.height, frames = excluded.frames,"
      " is_animated = excluded.is_animated, bit_depth = excluded.bit_depth,"
      " colour_space = excluded.colour_space, has_alpha = excluded.has_alpha,"
      " is_interlaced = excluded.is_interlaced, has_profile = excluded.has_profile,"
      " orientation = excluded.orientation, loop = excluded.loop, focal_x = excluded.focal_x,"
      " focal_y = excluded.focal_y, created_ms = excluded.created_ms, deleted_ms = excluded.deleted_ms,"
      " expires_ms = excluded.expires_ms, user_metadata = excluded.user_metadata, generation = excluded.generation"
      " WHERE objects.deleted_ms IS NOT NULL OR objects.expires_ms <= excluded.created_ms OR objects.content = ?");
  rows::bind_all(query, object.bucket, object.name, object.tenant, object.content, object.md5, object.size_bytes,
                 object.content_type, object.info);
  bind_focal(query, object.focal);
  rows::bind_all(query, object.created, object.deleted, object.expires, object.user_metadata);
  query.bind(object.generation);
  rows::bind(query, replaces);
  query.run();
  return connection.changes() > 0;
}

/// Whether there is an object of that content under the name, neither deleted nor expired.
bool is_there(Connection& connection, const Object& object, const ContentHash& content) {
  Query row(connection,
            "SELECT 1 FROM objects WHERE bucket = ? AND name = ? AND content = ? AND deleted_ms IS NULL"
            " AND (expires_ms IS NULL OR expires_ms > ?)");
  return rows::bind_all(row, object.bucket, object.name, content, object.created).step();
}

/// The content under the name until now, unless it was deleted.
std::optional<ContentHash> present(Connection& connection, const Object& object) {
  Query row(connection, "SELECT content FROM objects WHERE bucket = ? AND name = ? AND deleted_ms IS NULL");
  if (!rows::bind_all(row, object.bucket, object.name).step()) return std::nullopt;
  return rows::digest(row);
}

}  // namespace

Object read(Query& row, BucketId bucket) {
  Object object{.bucket = bucket, .name = row.text()};
  object.tenant = rows::id<TenantId>(row);
  object.content = rows::digest(row);
  row.octets(object.md5);
  object.size_bytes = static_cast<std::uint64_t>(row.integer());
  object.content_type = row.text();
  object.info = rows::maybe_image_info(row);
  if (row.is_null()) {
    row.skip(2);
  } else {
    object.focal.emplace();
    object.focal->x = row.real();
    object.focal->y = row.real();
  }
  object.created = rows::time(row);
  object.deleted = rows::maybe_time(row);
  object.expires = rows::maybe_time(row);
  object.user_metadata = row.text();
  object.generation = row.integer();
  return object;
}

void add(Connection& connection, const Object& object, const AddTerms& terms) {
  if (terms.replaces && !is_there(connection, object, *terms.replaces)) {
    throw Error(Fault::conflict, "add object: there is no such one to replace", "precondition-failed");
  }
  const auto before = present(connection, object);
  if (!insert(connection, object, terms.replaces)) throw Error(Fault::conflict, "add object: the name is taken");
  refuse_over_quota(connection, object.bucket, object.tenant, terms.quotas);
  auto data = fmt::format(R"(,"size":{},"md5":"{}","content_type":)", object.size_bytes, encode_hex(object.md5));
  append_json_string(data, object.content_type);
  if (before && *before != object.content) {
    const auto reason = terms.replaces ? Purge::Reason::replaced : Purge::Reason::expired;
    append_purge(connection, purge_of(object.tenant, object.bucket, object.name, *before, reason, object.created));
  }
  append_event(connection, "object.created", object.tenant, {.bucket = object.bucket, .name = object.name},
               object.created, data);
}

void refuse_over_quota(Connection& connection, BucketId bucket, TenantId tenant, const Quotas& quotas) {
  if (quotas.bucket != Quota()) {
    Query row(connection, "SELECT objects, bytes FROM bucket_usage WHERE bucket = ?");
    rows::bind(row, bucket);
    refuse_over(quotas.bucket, read_usage(row), "bucket");
  }
  if (quotas.tenant != Quota()) {
    Query row(connection, "SELECT objects, bytes FROM tenant_usage WHERE tenant = ?");
    rows::bind(row, tenant);
    refuse_over(quotas.tenant, read_usage(row), "tenant");
  }
}

void append_event(Connection& connection, const char* type, TenantId tenant, const ObjectKey& key, WallTime when,
                  const std::string& data) {
  auto body = fmt::format(R"({{"bucket_id":"{}","object_id":)", key.bucket.text());
  append_json_string(body, key.name);
  body += data + "}";
  calotype::append_event(connection, {.tenant = tenant,
                                      .type = type,
                                      .subject = fmt::format("buckets/{}/objects/{}", key.bucket.text(), key.name),
                                      .data = std::move(body),
                                      .when = when});
}

}  // namespace calotype::object_rows
