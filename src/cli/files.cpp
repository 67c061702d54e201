#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "core/fd.h"

namespace calotype::cli {

namespace {

constexpr std::size_t kChunk = 64 * 1024;

Error failure(Fault fault, std::string_view verb, const std::string& path, int code) {
  return Error(fault, fmt::format("{} {}: {}", verb, path, std::generic_category().message(code)));
}

void write_all(int descriptor, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failure(Fault::unavailable, "write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

class LoadedSource final : public ByteSource {
 public:
  explicit LoadedSource(std::string bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t size() const override { return bytes_.size(); }

  Task<std::size_t> read_at(Context, std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= bytes_.size()) co_return 0;
    const auto count = std::min<std::size_t>(into.size(), bytes_.size() - offset);
    std::memcpy(into.data(), bytes_.data() + offset, count);
    co_return count;
  }

 private:
  std::string bytes_;
};

}  // namespace

std::string read_input(const std::string& path, std::size_t limit) {
  const bool is_stream = path == "-";
  Fd file(is_stream ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!is_stream && !file) throw failure(Fault::missing, "read", path, errno);
  const int descriptor = is_stream ? STDIN_FILENO : file.get();

  std::string bytes;
  for (;;) {
    const auto held = bytes.size();
    bytes.resize(held + kChunk);
    const auto count = ::read(descriptor, bytes.data() + held, kChunk);
    if (count < 0 && errno != EINTR) throw failure(Fault::unavailable, "read", path, errno);
    bytes.resize(held + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) return bytes;
    if (bytes.size() > limit) {
      throw Error(Fault::too_large, fmt::format("read {}: more than the limit of {} bytes", path, limit));
    }
  }
}

void write_output(const std::string& path, std::string_view bytes) {
  if (path == "-") {
    write_all(STDOUT_FILENO, "standard output", bytes);
    return;
  }
  std::string unfinished = path + ".XXXXXX";
  Fd file(::mkostemp(unfinished.data(), O_CLOEXEC));
  if (!file) throw failure(Fault::unavailable, "write", path, errno);
  try {
    write_all(file.get(), path, bytes);
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(file.get(), 0666 & ~mask) != 0 || ::rename(unfinished.c_str(), path.c_str()) != 0) {
      throw failure(Fault::unavailable, "write", path, errno);
    }
  } catch (...) {
    ::unlink(unfinished.c_str());
    throw;
  }
}

SharedSource source_of(std::string bytes) { return std::make_shared<LoadedSource>(std::move(bytes)); }

}  // namespace calotype::cli
