#include "adapters/sqlite/sqlite_upload_index.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/object_rows.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

namespace {

void insert_upload(Connection& connection, const Upload& upload, std::size_t most_open) {
  Query query(connection,
              "INSERT INTO uploads (id, tenant, bucket, name, focal_x, focal_y, expires_ms, created_ms, is_complete)"
              " SELECT ?, ?2, ?, ?, ?, ?, ?, ?, 0"
              " WHERE (SELECT count(*) FROM uploads WHERE tenant = ?2 AND is_complete = 0) < ?");
  rows::bind_all(query, upload.id, upload.tenant, upload.bucket, upload.name);
  if (upload.focal) {
    rows::bind_all(query, upload.focal->x, upload.focal->y);
  } else {
    query.bind_null().bind_null();
  }
  rows::bind_all(query, upload.expires, upload.created, std::uint64_t{most_open}).run();
  if (connection.changes() > 0) return;
  throw Error(Fault::conflict, "begin an upload: the tenant has as many under way as it may", "too-many-uploads");
}

std::optional<Upload> select_upload(Connection& connection, BucketId bucket, UploadId id) {
  Query row(connection,
            "SELECT tenant, name, focal_x, focal_y, expires_ms, created_ms, is_complete FROM uploads"
            " WHERE id = ? AND bucket = ?");
  if (!rows::bind_all(row, id, bucket).step()) return std::nullopt;
  Upload upload{.id = id, .tenant = rows::id<TenantId>(row), .bucket = bucket, .name = row.text()};
  if (row.is_null()) {
    row.skip(2);
  } else {
    upload.focal.emplace();
    upload.focal->x = row.real();
    upload.focal->y = row.real();
  }
  upload.expires = rows::maybe_time(row);
  upload.created = rows::time(row);
  upload.is_complete = row.boolean();
  return upload;
}

bool is_open(Connection& connection, UploadId id) {
  Query row(connection, "SELECT 1 FROM uploads WHERE id = ? AND is_complete = 0");
  rows::bind(row, id);
  return row.step();
}

void forget_parts(Connection& connection, UploadId id) {
  Query query(connection, "DELETE FROM upload_parts WHERE upload = ?");
  rows::bind(query, id);
  query.run();
}

void refuse_over(Connection& connection, UploadId id, std::uint64_t most_bytes) {
  Query row(connection, "SELECT sum(size_bytes) FROM upload_parts WHERE upload = ?");
  rows::bind(row, id);
  if (!row.step() || static_cast<std::uint64_t>(row.integer()) <= most_bytes) return;
  throw Error(Fault::too_large, fmt::format("store a part: the parts are more than {} bytes", most_bytes));
}

}  // namespace

Task<> SqliteUploadIndex::begin(Context ctx, Upload upload, std::size_t most_open) {
  auto change = [upload = std::move(upload), most_open](Connection& connection) {
    insert_upload(connection, upload, most_open);
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::optional<Upload>> SqliteUploadIndex::find(Context ctx, BucketId bucket, UploadId id) {
  auto query = [bucket, id](Connection& connection) { return select_upload(connection, bucket, id); };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<> SqliteUploadIndex::put_part(Context ctx, UploadId id, UploadPart part, std::uint64_t most_bytes) {
  auto change = [id, part, most_bytes](Connection& connection) {
    if (!is_open(connection, id)) throw Error(Fault::missing, "find the upload: none of this id is under way");
    Query query(connection,
                "INSERT INTO upload_parts (upload, number, content, md5, size_bytes, stored_ms)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (upload, number) DO UPDATE SET content = excluded.content,"
                " md5 = excluded.md5, size_bytes = excluded.size_bytes, stored_ms = excluded.stored_ms");
    rows::bind_all(query, id, part.number, part.content, part.md5, part.size_bytes, part.stored).run();
    refuse_over(connection, id, most_bytes);
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<UploadPart>> SqliteUploadIndex::parts(Context ctx, UploadId id) {
  auto query = [id](Connection& connection) {
    Query row(connection,
              "SELECT number, content, md5, size_bytes, stored_ms FROM upload_parts WHERE upload = ? ORDER BY number");
    rows::bind(row, id);
    std::vector<UploadPart> parts;
    while (row.step()) {
      UploadPart part{.number = static_cast<int>(row.integer()), .content = rows::digest(row)};
      row.octets(part.md5);
      part.size_bytes = static_cast<std::uint64_t>(row.integer());
      part.stored = rows::time(row);
      parts.push_back(part);
    }
    return parts;
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

Task<bool> SqliteUploadIndex::complete(Context ctx, UploadId id, Object object, AddTerms terms) {
  auto change = [id, object = std::move(object), terms](Connection& connection) {
    if (!is_open(connection, id)) return false;
    object_rows::add(connection, object, terms);
    forget_parts(connection, id);
    Query query(connection, "UPDATE uploads SET is_complete = 1 WHERE id = ?");
    rows::bind(query, id);
    query.run();
    return true;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteUploadIndex::abort(Context ctx, UploadId id) {
  auto change = [id](Connection& connection) {
    Query query(connection, "DELETE FROM uploads WHERE id = ? AND is_complete = 0");
    rows::bind(query, id);
    query.run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqliteUploadIndex::forget(Context ctx, WallTime begun_before, std::size_t most) {
  auto change = [begun_before, most](Connection& connection) {
    Query query(connection,
                "DELETE FROM uploads WHERE id IN (SELECT id FROM uploads WHERE created_ms < ?"
                " ORDER BY created_ms LIMIT ?)");
    rows::bind_all(query, begun_before, std::uint64_t{most}).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
