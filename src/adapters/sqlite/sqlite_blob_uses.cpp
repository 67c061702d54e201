#include "adapters/sqlite/sqlite_blob_uses.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/rows.h"

namespace calotype {

Task<std::vector<ContentHash>> SqliteBlobUses::unused(Context ctx, std::vector<ContentHash> hashes) {
  auto query = [hashes = std::move(hashes)](Connection& connection) {
    std::vector<ContentHash> unused;
    for (const auto& hash : hashes) {
      // Every table with a column `content`.
      Query row(connection,
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM objects WHERE content = ?1)"
                " OR EXISTS (SELECT 1 FROM upload_parts WHERE content = ?1)"
                " OR EXISTS (SELECT 1 FROM watermarks WHERE content = ?1)");
      rows::bind(row, hash);
      if (!row.step()) unused.push_back(hash);
    }
    return unused;
  };
  co_return co_await database_.read(std::move(ctx), std::move(query));
}

}  // namespace calotype
