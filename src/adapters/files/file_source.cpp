#include "adapters/files/file_source.h"

#include <unistd.h>

#include <algorithm>

#include "adapters/files/io_error.h"

namespace calotype {

namespace {

/// All of `into`. Throws: unavailable; internal when the file is shorter than it was.
void read_whole(int fd, std::uint64_t offset, std::span<std::byte> into) {
  while (!into.empty()) {
    const auto count = ::pread(fd, into.data(), into.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error("read a file");
    if (count == 0) throw Error(Fault::internal, "read a file: it ends before its size");
    into = into.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace

Task<std::size_t> FileSource::read_at(Context ctx, std::uint64_t offset, std::span<std::byte> into) {
  if (offset >= size_ || into.empty()) co_return 0;
  const auto part = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset)));
  auto work = [fd = file_->get(), offset, part] { read_whole(fd, offset, part); };
  co_await pool_.run(std::move(ctx), std::move(work));
  co_return part.size();
}

}  // namespace calotype
