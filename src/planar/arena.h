#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define CALOTYPE_ARENA_GUARDED 1
#endif
#endif

namespace calotype::planar {

/// Memory for one picture after another: what is taken is given back all at once, and the blocks stay for the next
/// picture, up to `kKept`. Fresh memory costs a page fault for every 4 kB, which is as much as resizing does. Blocks
/// are the system's own, not the heap's: there each that is a little larger than the last would leave a hole. Thread:
/// one.
class Arena {
 public:
  static constexpr std::size_t kKept = std::size_t{24} << 20U;

  /// Not cleared; aligned for any vector. Throws bad_alloc.
  template <class T>
  T* take(std::size_t count) {
    if (count > SIZE_MAX / 2 / sizeof(T)) throw std::bad_alloc();
    return reinterpret_cast<T*>(take_bytes(count * sizeof(T)));
  }

  /// A moment to go back to.
  struct Place {
    std::size_t block = 0;
    std::size_t used = 0;
    std::size_t taken = 0;
  };
  Place place() const { return {.block = current_, .used = used_, .taken = taken_}; }
  /// What was taken since is free again.
  void rewind(Place to) {
    for (std::size_t i = to.block; i < blocks_.size(); ++i) close(blocks_[i], i == to.block ? to.used : 0);
    current_ = to.block;
    used_ = to.used;
    taken_ = to.taken;
  }

  /// Everything that was taken is free again.
  void reset() {
    std::size_t kept = 0;
    std::erase_if(blocks_, [&kept](const Block& block) {
      kept += block.size;
      return kept > kKept;
    });
    rewind({});
  }

  std::size_t taken() const { return taken_; }

 private:
  static constexpr std::size_t kAlign = 64;
  static constexpr std::size_t kBlock = std::size_t{2} << 20U;

  struct Unmap {
    std::size_t size;
    void operator()(std::byte* data) const {
#ifdef CALOTYPE_ARENA_GUARDED
      ASAN_UNPOISON_MEMORY_REGION(data, size);  // another may be given the addresses
#endif
      ::munmap(data, size);
    }
  };
  struct Block {
    explicit Block(std::size_t room) : data(nullptr, Unmap{room}), size(room) {
      void* const start = ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (start == MAP_FAILED) throw std::bad_alloc();
      data.reset(static_cast<std::byte*>(start));
    }
    std::unique_ptr<std::byte, Unmap> data;
    std::size_t size;
  };

#ifdef CALOTYPE_ARENA_GUARDED
  /// What lies between two pieces, and whatever was given back, must not be touched.
  static constexpr std::size_t kGuard = kAlign;
  static std::byte* opened(std::byte* at, std::size_t size) {
    ASAN_POISON_MEMORY_REGION(at, padded(size));
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return at;
  }
  static void close(const Block& block, std::size_t from) {
    ASAN_POISON_MEMORY_REGION(block.data.get() + from, block.size - from);
  }
#else
  static constexpr std::size_t kGuard = 0;
  static std::byte* opened(std::byte* at, std::size_t /*size*/) { return at; }
  static void close(const Block& /*block*/, std::size_t /*from*/) {}
#endif
  static std::size_t padded(std::size_t size) { return (size + kGuard + kAlign - 1) / kAlign * kAlign; }

  std::byte* take_bytes(std::size_t wanted) {
    const std::size_t size = padded(wanted);
    taken_ += size;
    for (; current_ < blocks_.size(); ++current_, used_ = 0) {
      if (blocks_[current_].size - used_ >= size) {
        std::byte* at = blocks_[current_].data.get() + used_;
        used_ += size;
        return opened(at, wanted);
      }
    }
    blocks_.emplace_back((size + kBlock - 1) / kBlock * kBlock);
    current_ = blocks_.size() - 1;
    used_ = size;
    return opened(blocks_.back().data.get(), wanted);
  }

  std::vector<Block> blocks_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace calotype::planar
