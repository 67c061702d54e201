#pragma once

#include "ports/upload_index.h"

namespace calotype {

class Database;

/// The UploadIndex in a Database, beside its objects. Thread: any.
class SqliteUploadIndex final : public UploadIndex {
 public:
  explicit SqliteUploadIndex(Database& database) : database_(database) {}

  Task<> begin(Context ctx, Upload upload, std::size_t most_open) override;
  Task<std::optional<Upload>> find(Context ctx, BucketId bucket, UploadId id) override;
  Task<> put_part(Context ctx, UploadId id, UploadPart part, std::uint64_t most_bytes) override;
  Task<std::vector<UploadPart>> parts(Context ctx, UploadId id) override;
  Task<bool> complete(Context ctx, UploadId id, Object object, AddTerms terms) override;
  Task<bool> abort(Context ctx, UploadId id) override;
  Task<std::size_t> forget(Context ctx, WallTime begun_before, std::size_t most) override;

 private:
  Database& database_;
};

}  // namespace calotype
