#include "adapters/sqlite/append_purge.h"

#include "adapters/sqlite/rows.h"

namespace calotype {

void append_purge(Connection& connection, const Purge& purge) {
  Query query(connection,
              "INSERT INTO purges (id, tenant, scope, reason, bucket, subject, content, keys, asked_ms)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const std::string scope(name_of(purge.scope));
  const std::string reason(name_of(purge.reason));
  const auto keys = rows::joined(purge.keys);
  rows::bind_all(query, purge.id, purge.tenant, scope, reason, purge.bucket, purge.subject, purge.content, keys,
                 purge.asked)
      .run();
}

}  // namespace calotype
