#include "http/memory_file.h"

#include <cerrno>

#include <sys/mman.h>
#include <unistd.h>

#include "core/fd.h"

namespace calotype::http {

std::optional<FilePart> memory_file(const Bytes& bytes) {
  const auto file = std::make_shared<Fd>(::memfd_create("calotype-hot", MFD_CLOEXEC));
  if (file->get() < 0) return std::nullopt;
  for (auto rest = bytes.view(); !rest.empty();) {
    const auto written = ::write(file->get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return std::nullopt;
    rest = rest.subspan(static_cast<std::size_t>(written));
  }
  return FilePart{.keep = file, .descriptor = file->get(), .offset = 0, .count = bytes.size()};
}

}  // namespace calotype::http
