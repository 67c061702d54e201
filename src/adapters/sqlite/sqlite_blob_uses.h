#pragma once

#include "ports/blob_uses.h"

namespace calotype {

class Database;

/// The BlobUses of a Database. Thread: any.
class SqliteBlobUses final : public BlobUses {
 public:
  explicit SqliteBlobUses(Database& database) : database_(database) {}
  Task<std::vector<ContentHash>> unused(Context ctx, std::vector<ContentHash> hashes) override;

 private:
  Database& database_;
};

}  // namespace calotype
