#include "cell/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::cell {

Fd make_memory_file(std::uint64_t bytes) {
  Fd file(::memfd_create("calotype", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) {
    throw Error(Fault::unavailable, fmt::format("make memory file of {} bytes: {}", bytes, std::strerror(errno)));
  }
  return file;
}

void seal(const Fd& memory_file) {
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (::fcntl(memory_file.get(), F_ADD_SEALS, kSeals) != 0) {
    throw Error(Fault::internal, fmt::format("seal memory file: {}", std::strerror(errno)));
  }
}

std::string copy_of(const Fd& memory_file, std::uint64_t bytes) {
  std::string copy(bytes, '\0');
  for (std::size_t done = 0; done < copy.size();) {
    const auto got = ::pread(memory_file.get(), copy.data() + done, copy.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      throw Error(Fault::internal, fmt::format("read {} bytes of a memory file: {}", bytes,
                                               got < 0 ? std::strerror(errno) : "it is shorter"));
    }
    done += static_cast<std::size_t>(got);
  }
  return copy;
}

Mapping::Mapping(int descriptor, std::uint64_t bytes, Access access) {
  if (bytes == 0) return;
  const int protection = access == Access::write ? PROT_READ | PROT_WRITE : PROT_READ;
  void* const start = ::mmap(nullptr, bytes, protection, MAP_SHARED, descriptor, 0);
  if (start == MAP_FAILED) {
    throw Error(Fault::internal, fmt::format("map {} bytes of a file: {}", bytes, std::strerror(errno)));
  }
  data_ = static_cast<std::byte*>(start);
  size_ = bytes;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace calotype::cell
