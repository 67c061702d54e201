#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/fd.h"

/// Memory that has a descriptor, to hand to another process.
namespace calotype::cell {

/// A new, empty file in memory of this many bytes; pages come into being as they are touched. Throws unavailable.
Fd make_memory_file(std::uint64_t bytes);
/// From now on nobody, this process included, can change the file or its length. Unmap it for writing first.
/// Throws internal.
void seal(const Fd& memory_file);
/// A copy of its first bytes: quicker than mapping them where they are looked at once. Throws internal.
std::string copy_of(const Fd& memory_file, std::uint64_t bytes);

/// A file's first bytes as memory, until this goes. A file in a store may be mapped: blobs are immutable, and are never
/// truncated, so that touching a page cannot raise SIGBUS.
class Mapping {
 public:
  enum class Access { read, write };
  Mapping() = default;
  /// Zero bytes are no mapping. Throws internal.
  Mapping(int descriptor, std::uint64_t bytes, Access access);
  ~Mapping();
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;

  std::span<const std::byte> view() const { return {data_, size_}; }
  std::span<std::byte> room() { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace calotype::cell
