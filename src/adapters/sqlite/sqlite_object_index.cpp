#include "adapters/sqlite/sqlite_object_index.h"

#include "adapters/sqlite/append_purge.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/object_rows.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

namespace {

struct Removed {
  TenantId tenant;
  ObjectKey key;
  ContentHash content;
  bool was_deleted = false;
};

struct Touched {
  TenantId tenant;
  ContentHash content;
};

std::optional<Object> select_object(Connection& connection, BucketId bucket, const std::string& name) {
  static const auto sql = std::string("SELECT ") + object_rows::kColumns +
                          " FROM objects WHERE bucket = ? AND name = ? AND deleted_ms IS NULL";
  Query row(connection, sql);
  rows::bind_all(row, bucket, name);
  if (!row.step()) return std::nullopt;
  return object_rows::read(row, bucket);
}

/// Runs a change of one row that gives the row's tenant and content; nullopt when there was no such row.
std::optional<Touched> change_one(Query& query) {
  if (!query.step()) return std::nullopt;
  Touched touched{.tenant = rows::id<TenantId>(query), .content = {}};
  touched.content = rows::digest(query);
  query.run();  // to its end
  return touched;
}

bool is_changed(Connection& connection, Query& query, const char* event, const ObjectKey& key, WallTime when,
                const std::string& data = {}, std::optional<Purge::Reason> purged = std::nullopt) {
  const auto touched = change_one(query);
  if (!touched) return false;
  object_rows::append_event(connection, event, touched->tenant, key, when, data);
  if (purged) {
    append_purge(connection, purge_of(touched->tenant, key.bucket, key.name, touched->content, *purged, when));
  }
  return true;
}

/// The rows of a query for tenant, bucket, name, content and deleted_ms, removed for good with their events. What was
/// there until now is purged.
std::vector<ObjectKey> remove_all(Connection& connection, Query& found, const char* event, WallTime when) {
  std::vector<Removed> all;
  while (found.step()) {
    Removed one{.tenant = rows::id<TenantId>(found), .key = {}};
    one.key.bucket = rows::id<BucketId>(found);
    one.key.name = found.text();
    one.content = rows::digest(found);
    one.was_deleted = rows::maybe_time(found).has_value();
    all.push_back(std::move(one));
  }
  std::vector<ObjectKey> keys;
  for (auto& [tenant, key, content, was_deleted] : all) {
    Query query(connection, "DELETE FROM objects WHERE bucket = ? AND name = ?");
    rows::bind_all(query, key.bucket, key.name).run();
    object_rows::append_event(connection, event, tenant, key, when);
    if (!was_deleted) {
      append_purge(connection, purge_of(tenant, key.bucket, key.name, content, Purge::Reason::expired, when));
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

Task<> SqliteObjectIndex::add(Context ctx, Object object, AddTerms terms) {
  auto change = [object = std::move(object), terms](Connection& connection) {
    object_rows::add(connection, object, terms);
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Object>> SqliteObjectIndex::find(Context ctx, BucketId bucket, std::string name) {
  auto query = [bucket, name = std::move(name)](Connection& connection) {
    return select_object(connection, bucket, name);
  };
  co_return co_await database_.read_row(std::move(ctx), std::move(query));
}

Task<bool> SqliteObjectIndex::mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when,
                                           std::optional<ContentHash> only) {
  auto change = [key = ObjectKey{bucket, std::move(name)}, when, only](Connection& connection) {
    Query query(connection,
                "UPDATE objects SET deleted_ms = ? WHERE bucket = ? AND name = ? AND deleted_ms IS NULL"
                " AND content = coalesce(?, content) RETURNING tenant, content");
    rows::bind_all(query, when, key.bucket, key.name, only);
    return is_changed(connection, query, "object.deleted", key, when, R"(,"recoverable":true)", Purge::Reason::deleted);
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteObjectIndex::remove(Context ctx, BucketId bucket, std::string name, WallTime when,
                                     std::optional<ContentHash> only) {
  auto change = [key = ObjectKey{bucket, std::move(name)}, when, only](Connection& connection) {
    Query query(connection,
                "DELETE FROM objects WHERE bucket = ? AND name = ? AND content = coalesce(?, content)"
                " RETURNING tenant, content");
    rows::bind_all(query, key.bucket, key.name, only);
    return is_changed(connection, query, "object.deleted", key, when, R"(,"recoverable":false)",
                      Purge::Reason::deleted);
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<Restored> SqliteObjectIndex::restore(Context ctx, BucketId bucket, std::string name, WallTime when,
                                          WallTime deleted_after, Quotas quotas) {
  auto change = [key = ObjectKey{bucket, std::move(name)}, when, deleted_after, quotas](Connection& connection) {
    Query query(connection,
                "UPDATE objects SET deleted_ms = NULL WHERE bucket = ? AND name = ? AND deleted_ms > ?"
                " AND (expires_ms IS NULL OR expires_ms > ?) RETURNING tenant, content");
    rows::bind_all(query, key.bucket, key.name, deleted_after, when);
    if (const auto touched = change_one(query)) {
      object_rows::refuse_over_quota(connection, key.bucket, touched->tenant, quotas);
      object_rows::append_event(connection, "object.restored", touched->tenant, key, when);
      return Restored::done;
    }
    const auto found = select_object(connection, key.bucket, key.name);
    return found && found->is_there(when) ? Restored::taken : Restored::missing;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteObjectIndex::set_metadata(Context ctx, BucketId bucket, std::string name,
                                           std::optional<WallTime> expires, std::string user_metadata, WallTime when,
                                           std::optional<ContentHash> only) {
  auto change = [key = ObjectKey{bucket, std::move(name)}, expires, text = std::move(user_metadata), when,
                 only](Connection& connection) {
    Query query(connection,
                "UPDATE objects SET expires_ms = ?, user_metadata = ? WHERE bucket = ? AND name = ?"
                " AND deleted_ms IS NULL AND content = coalesce(?, content) RETURNING tenant, content");
    rows::bind_all(query, expires, text, key.bucket, key.name, only);
    return is_changed(connection, query, "object.changed", key, when);
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteObjectIndex::uncache(Context ctx, BucketId bucket, std::string name, WallTime when) {
  auto change = [key = ObjectKey{bucket, std::move(name)}, when](Connection& connection) {
    Query query(connection,
                "UPDATE objects SET generation = generation + 1 WHERE bucket = ? AND name = ?"
                " AND deleted_ms IS NULL RETURNING tenant, content");
    rows::bind_all(query, key.bucket, key.name);
    return is_changed(connection, query, "object.uncached", key, when, {}, Purge::Reason::uncached);
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<Uncached>> SqliteObjectIndex::uncache_some(Context ctx, BucketId bucket, std::string prefix,
                                                            std::string after, std::size_t most) {
  auto change = [bucket, prefix = std::move(prefix), after = std::move(after), most](Connection& connection) {
    Query found(connection,
                "SELECT name, tenant, content FROM objects WHERE bucket = ? AND name > ? AND name >= ? AND name < ?"
                " AND deleted_ms IS NULL ORDER BY name LIMIT ?");
    const auto end = prefix + object_rows::kBehindAll;
    rows::bind_all(found, bucket, after, prefix, end, std::uint64_t{most});
    std::vector<Uncached> all;
    while (found.step()) {
      Uncached one{.name = found.text()};
      one.tenant = rows::id<TenantId>(found);
      one.content = rows::digest(found);
      all.push_back(std::move(one));
    }
    for (const auto& one : all) {
      Query query(connection, "UPDATE objects SET generation = generation + 1 WHERE bucket = ? AND name = ?");
      rows::bind_all(query, bucket, one.name).run();
    }
    return all;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<ObjectKey>> SqliteObjectIndex::remove_expired(Context ctx, WallTime now, std::size_t most) {
  auto change = [now, most](Connection& connection) {
    Query found(connection,
                "SELECT tenant, bucket, name, content, deleted_ms FROM objects WHERE expires_ms <= ? ORDER BY "
                "expires_ms LIMIT ?");
    rows::bind_all(found, now, std::uint64_t{most});
    return remove_all(connection, found, "object.expired", now);
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<ObjectKey>> SqliteObjectIndex::remove_deleted(Context ctx, WallTime before, WallTime now,
                                                               std::size_t most) {
  auto change = [before, now, most](Connection& connection) {
    Query found(connection,
                "SELECT tenant, bucket, name, content, deleted_ms FROM objects WHERE deleted_ms < ? ORDER BY "
                "deleted_ms LIMIT ?");
    rows::bind_all(found, before, std::uint64_t{most});
    return remove_all(connection, found, "object.purged", now);
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
