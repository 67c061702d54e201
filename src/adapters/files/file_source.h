#pragma once

#include <memory>

#include "core/bounded_pool.h"
#include "core/fd.h"
#include "ports/byte_source.h"

namespace calotype {

/// The first `size` bytes of an open file. Thread: any.
class FileSource final : public ByteSource {
 public:
  FileSource(BoundedPool& pool, std::shared_ptr<const Fd> file, std::uint64_t size)
      : pool_(pool), file_(std::move(file)), size_(size) {}

  std::uint64_t size() const override { return size_; }
  Task<std::size_t> read_at(Context ctx, std::uint64_t offset, std::span<std::byte> into) override;
  int descriptor() const override { return file_->get(); }

 private:
  BoundedPool& pool_;
  std::shared_ptr<const Fd> file_;
  std::uint64_t size_;
};

}  // namespace calotype
