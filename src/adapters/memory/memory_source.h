#pragma once

#include <algorithm>
#include <cstring>

#include "core/bytes.h"
#include "ports/byte_source.h"

namespace calotype {

/// A ByteSource over bytes in memory. Thread: any.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t size() const override { return bytes_.size(); }
  Task<std::size_t> read_at(Context, std::uint64_t offset, std::span<std::byte> into) override {
    const auto start = std::min<std::uint64_t>(offset, bytes_.size());
    const auto part = bytes_.view().subspan(start, std::min<std::size_t>(into.size(), bytes_.size() - start));
    if (!part.empty()) std::memcpy(into.data(), part.data(), part.size());
    co_return part.size();
  }

 private:
  Bytes bytes_;
};

}  // namespace calotype
