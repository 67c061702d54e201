#pragma once

#include "ports/object_index.h"

namespace calotype {

class Database;

/// The ObjectIndex in a Database. Throws missing, too, where an object's bucket is not there or is another tenant's.
/// Thread: any.
class SqliteObjectIndex final : public ObjectIndex {
 public:
  explicit SqliteObjectIndex(Database& database) : database_(database) {}

  Task<> add(Context ctx, Object object) override;
  Task<std::optional<Object>> find(Context ctx, BucketId bucket, std::string name) override;
  Task<bool> mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when) override;
  Task<bool> remove(Context ctx, BucketId bucket, std::string name) override;

 private:
  Database& database_;
};

}  // namespace calotype
