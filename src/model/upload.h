#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/object.h"

namespace calotype {

using UploadId = Id<struct UploadTag>;

/// An object that comes in parts, and what it will be when they are put together.
struct Upload {
  UploadId id;
  TenantId tenant;
  BucketId bucket;
  std::string name;
  std::optional<FocalPoint> focal;
  std::optional<WallTime> expires;
  WallTime created;
  bool is_complete = false;  ///< its object was made
};

/// One part. Its bytes are a blob.
struct UploadPart {
  int number = 1;
  ContentHash content;
  Md5 md5{};
  std::uint64_t size_bytes = 0;
  WallTime stored;
};

}  // namespace calotype
