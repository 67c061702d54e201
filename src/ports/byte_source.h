#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/context.h"
#include "core/task.h"

namespace calotype {

/// Bytes of known length that stay the same, read by position.
/// Thread: any.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const = 0;

  /// Reads into all of `into` unless the end comes first; gives how many bytes.
  /// Throws: timed_out, unavailable, internal (the store is damaged).
  virtual Task<std::size_t> read_at(Context ctx, std::uint64_t offset, std::span<std::byte> into) = 0;

  /// A descriptor that can be mapped and sent from at any offset, or -1 where the bytes are not in a file.
  /// Owned by this object. Nobody uses its file position.
  virtual int descriptor() const { return -1; }
};

using SharedSource = std::shared_ptr<ByteSource>;

}  // namespace calotype
