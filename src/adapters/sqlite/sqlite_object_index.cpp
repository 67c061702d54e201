#include "adapters/sqlite/sqlite_object_index.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

namespace {

void insert_object(Connection& connection, const Object& object) {
  Query query(
      connection,
      "INSERT INTO objects (bucket, name, tenant, content, md5, size_bytes, content_type, format, width, height,"
      " frames, is_animated, bit_depth, colour_space, has_alpha, is_interlaced, has_profile, orientation, loop,"
      " focal_x, focal_y, created_ms, deleted_ms)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      // A tombstone gives way; anything else is left, and nothing is changed.
      " ON CONFLICT (bucket, name) DO UPDATE SET tenant = excluded.tenant, content = excluded.content,"
      " md5 = excluded.md5, size_bytes = excluded.size_bytes, content_type = excluded.content_type,"
      " format = excluded.format, width = excluded.width, height = excluded.height, frames = excluded.frames,"
      " is_animated = excluded.is_animated, bit_depth = excluded.bit_depth,"
      " colour_space = excluded.colour_space, has_alpha = excluded.has_alpha,"
      " is_interlaced = excluded.is_interlaced, has_profile = excluded.has_profile,"
      " orientation = excluded.orientation, loop = excluded.loop, focal_x = excluded.focal_x,"
      " focal_y = excluded.focal_y, created_ms = excluded.created_ms, deleted_ms = excluded.deleted_ms"
      " WHERE objects.deleted_ms IS NOT NULL");
  rows::bind_all(query, object.bucket, object.name, object.tenant, object.content, object.md5, object.size_bytes,
                 object.content_type, object.info);
  if (object.focal) {
    rows::bind_all(query, object.focal->x, object.focal->y);
  } else {
    query.bind_null().bind_null();
  }
  rows::bind(query, object.created);
  if (object.deleted) {
    rows::bind(query, *object.deleted);
  } else {
    query.bind_null();
  }
  query.run();
  if (connection.changes() == 0) throw Error(Fault::conflict, "add object: the name is taken");
}

std::optional<Object> select_object(Connection& connection, BucketId bucket, const std::string& name) {
  Query row(connection,
            "SELECT tenant, content, md5, size_bytes, content_type, format, width, height, frames, is_animated,"
            " bit_depth, colour_space, has_alpha, is_interlaced, has_profile, orientation, loop, focal_x, focal_y,"
            " created_ms FROM objects WHERE bucket = ? AND name = ? AND deleted_ms IS NULL");
  rows::bind_all(row, bucket, name);
  if (!row.step()) return std::nullopt;
  Object object{.tenant = rows::id<TenantId>(row), .bucket = bucket, .name = name};
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
  return object;
}

}  // namespace

Task<> SqliteObjectIndex::add(Context ctx, Object object) {
  auto change = [object = std::move(object)](Connection& connection) { insert_object(connection, object); };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Object>> SqliteObjectIndex::find(Context ctx, BucketId bucket, std::string name) {
  auto query = [bucket, name = std::move(name)](Connection& connection) {
    return select_object(connection, bucket, name);
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<bool> SqliteObjectIndex::mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when) {
  auto change = [bucket, when, name = std::move(name)](Connection& connection) {
    Query query(connection, "UPDATE objects SET deleted_ms = ? WHERE bucket = ? AND name = ? AND deleted_ms IS NULL");
    rows::bind_all(query, when, bucket, name).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteObjectIndex::remove(Context ctx, BucketId bucket, std::string name) {
  auto change = [bucket, name = std::move(name)](Connection& connection) {
    Query query(connection, "DELETE FROM objects WHERE bucket = ? AND name = ?");
    rows::bind_all(query, bucket, name).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
