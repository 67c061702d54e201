#include "app/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::app {

namespace {

[[noreturn]] void fail(Fault fault, const char* what, const std::filesystem::path& path, int code) {
  throw Error(fault, fmt::format("{} {}: {}", what, path.string(), std::strerror(code)));
}

/// Who wrote his id into the lock file; "?" when nobody did.
std::string holder_of(int lock) {
  std::array<char, 32> text{};
  const auto count = ::pread(lock, text.data(), text.size(), 0);
  long id = 0;
  const auto read = std::from_chars(text.data(), text.data() + std::max<ssize_t>(count, 0), id);
  return read.ec == std::errc() ? std::to_string(id) : "?";
}

/// The lock goes with the process, however that ends.
Fd take_lock(const std::filesystem::path& folder) {
  const auto path = folder / "lock";
  Fd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!lock) fail(Fault::unavailable, "open", path, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail(Fault::unavailable, "lock", path, errno);
    throw Error(Fault::conflict,
                fmt::format("lock data folder {}: process {} holds it", folder.string(), holder_of(lock.get())));
  }
  const auto id = fmt::format("{}\n", ::getpid());
  const bool is_written = ::ftruncate(lock.get(), 0) == 0 && ::pwrite(lock.get(), id.data(), id.size(), 0) > 0;
  if (!is_written) fail(Fault::unavailable, "write", path, errno);
  return lock;
}

void flush_folder(const std::filesystem::path& folder) {
  const Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) fail(Fault::unavailable, "flush", folder, errno);
}

}  // namespace

DataFolder::DataFolder(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code failure;
  std::filesystem::create_directories(path_, failure);
  if (failure) fail(Fault::unavailable, "make data folder", path_, failure.value());
  lock_ = take_lock(path_);
}

void write_secret(const std::filesystem::path& path, const std::string& text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) fail(Fault::unavailable, "make", path, errno);
  const auto written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()) || ::fsync(file.get()) != 0) {
    fail(Fault::unavailable, "write", path, errno);
  }
  flush_folder(path.parent_path());
}

}  // namespace calotype::app
