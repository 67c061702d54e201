#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/digest.h"
#include "core/id.h"
#include "model/image_info.h"
#include "model/tenant.h"

namespace calotype {

/// The point of a picture that crops keep; 0..1 of its upright width and height.
struct FocalPoint {
  double x = 0.5;
  double y = 0.5;
  bool operator==(const FocalPoint&) const = default;
};

/// An original that was stored, without its bytes.
struct Object {
  TenantId tenant;
  BucketId bucket;
  std::string name;  ///< UTF-8, 1..1024 bytes, any segments but "." and ".."
  ContentHash content;
  Md5 md5{};
  std::uint64_t size_bytes = 0;
  std::string content_type;
  std::optional<ImageInfo> info;  ///< absent: bytes that are no picture
  std::optional<FocalPoint> focal;
  WallTime created;
  std::optional<WallTime> deleted;  ///< recoverable until 30 days later
  std::optional<WallTime> expires;  ///< from then on it is not there, and soon gone for good
  std::string user_metadata;        ///< the owner's own: a JSON object of texts; empty: none
  std::int64_t generation = 0;      ///< another one, other renditions: raised to drop those that there are

  bool is_there(WallTime now) const { return !deleted && (!expires || *expires > now); }
};

}  // namespace calotype
