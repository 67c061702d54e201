#include "adapters/sqlite/sqlite_answer_store.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

namespace {

/// True where nobody had the key, or had begun and left it.
bool take_key(Connection& connection, const AnswerKey& key, const Digest& fingerprint, Claim claim, WallTime now,
              WallTime lease) {
  Query query(connection,
              "INSERT INTO answers (tenant, route, key, fingerprint, claim, lease_ms, created_ms)"
              " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, route, key) DO UPDATE SET claim = excluded.claim,"
              " lease_ms = excluded.lease_ms WHERE answers.status IS NULL"
              " AND answers.fingerprint = excluded.fingerprint AND answers.lease_ms <= excluded.created_ms");
  rows::bind_all(query, key.tenant, key.route, key.key, fingerprint, claim, lease, now).run();
  return connection.changes() > 0;
}

/// What there is under the key: begun by somebody, answered, or another request.
Claimed read_claimed(Connection& connection, const AnswerKey& key, const Digest& fingerprint) {
  Query row(connection,
            "SELECT fingerprint, status, fields, body, request_body FROM answers"
            " WHERE tenant = ? AND route = ? AND key = ?");
  if (!rows::bind_all(row, key.tenant, key.route, key.key).step()) {
    throw Error(Fault::internal, "claim a key: neither free nor taken");
  }
  if (rows::digest(row) != fingerprint) return {.kind = Claimed::Kind::other};
  if (row.is_null()) return {.kind = Claimed::Kind::running};
  StoredAnswer answer{.status = static_cast<int>(row.integer()), .fields = row.text(), .body = row.text()};
  answer.request_body = rows::digest(row);
  return {.kind = Claimed::Kind::answered, .answer = std::move(answer)};
}

std::optional<WallTime> claimed_since(Connection& connection, const AnswerKey& key) {
  Query row(connection, "SELECT created_ms FROM answers WHERE tenant = ? AND route = ? AND key = ?");
  if (!rows::bind_all(row, key.tenant, key.route, key.key).step()) return std::nullopt;
  return rows::time(row);
}

}  // namespace

Task<Claimed> SqliteAnswerStore::claim(Context ctx, AnswerKey key, Digest fingerprint, Claim claim, WallTime now,
                                       WallTime lease) {
  auto change = [key = std::move(key), fingerprint, claim, now, lease](Connection& connection) -> Claimed {
    const auto since = claimed_since(connection, key);
    if (take_key(connection, key, fingerprint, claim, now, lease)) {
      return {.kind = Claimed::Kind::mine, .since = since.value_or(now), .was_left = since.has_value()};
    }
    return read_claimed(connection, key, fingerprint);
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<bool> SqliteAnswerStore::renew(Context ctx, AnswerKey key, Claim claim, WallTime lease) {
  auto change = [key = std::move(key), claim, lease](Connection& connection) {
    Query query(connection,
                "UPDATE answers SET lease_ms = ? WHERE tenant = ? AND route = ? AND key = ? AND claim = ?"
                " AND status IS NULL");
    rows::bind_all(query, lease, key.tenant, key.route, key.key, claim).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteAnswerStore::finish(Context ctx, AnswerKey key, Claim claim, StoredAnswer answer) {
  auto change = [key = std::move(key), claim, answer = std::move(answer)](Connection& connection) {
    Query query(connection,
                "UPDATE answers SET status = ?, fields = ?, body = ?, request_body = ?"
                " WHERE tenant = ? AND route = ? AND key = ? AND claim = ? AND status IS NULL");
    rows::bind_all(query, answer.status, answer.fields, answer.body, answer.request_body, key.tenant, key.route,
                   key.key, claim);
    query.run();
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteAnswerStore::give_up(Context ctx, AnswerKey key, Claim claim) {
  auto change = [key = std::move(key), claim](Connection& connection) {
    Query query(connection,
                "DELETE FROM answers WHERE tenant = ? AND route = ? AND key = ? AND claim = ? AND status IS NULL");
    rows::bind_all(query, key.tenant, key.route, key.key, claim).run();
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<> SqliteAnswerStore::end_claims(Context ctx) {
  auto change = [](Connection& connection) {
    Query(connection, "UPDATE answers SET lease_ms = 0 WHERE status IS NULL").run();
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::size_t> SqliteAnswerStore::forget(Context ctx, WallTime before, std::size_t most) {
  auto change = [before, most](Connection& connection) {
    Query query(connection,
                "DELETE FROM answers WHERE (tenant, route, key) IN (SELECT tenant, route, key FROM answers"
                " WHERE created_ms < ? ORDER BY created_ms LIMIT ?)");
    rows::bind_all(query, before, std::uint64_t{most}).run();
    return static_cast<std::size_t>(connection.changes());
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
