#include "contract/disk_faults.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <mutex>
#include <set>

namespace calotype::disk_faults {

namespace {

struct State {
  std::mutex mutex;
  bool is_armed = false;
  int left = 0;
  int error = 0;
  bool has_failed = false;
  std::set<ino_t> failed_flushes;
  int later_flushes = 0;
};

State& state() {
  static State the_state;
  return the_state;
}

bool is_on_disk(const struct stat& info) { return S_ISREG(info.st_mode) || S_ISDIR(info.st_mode); }

/// Whether this call is the one. Sets errno.
bool fails_now(State& now) {
  if (!now.is_armed || now.has_failed || --now.left > 0) return false;
  now.has_failed = true;
  errno = now.error;
  return true;
}

bool fails(int fd) {
  struct stat info{};
  if (fd <= STDERR_FILENO || ::fstat(fd, &info) != 0 || !is_on_disk(info)) return false;
  const std::lock_guard lock(state().mutex);
  return fails_now(state());
}

bool fails_flush(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return false;
  const std::lock_guard lock(state().mutex);
  if (!state().is_armed) return false;
  if (state().failed_flushes.contains(info.st_ino)) ++state().later_flushes;
  if (!fails_now(state())) return false;
  state().failed_flushes.insert(info.st_ino);
  return true;
}

bool fails_at(int folder) {
  // Relative to a folder only: the loader and the C++ library open by path.
  return folder != AT_FDCWD && fails(folder);
}

}  // namespace

void arm(int number, int error) {
  const std::lock_guard lock(state().mutex);
  state().is_armed = true;
  state().left = number;
  state().error = error;
  state().has_failed = false;
  state().failed_flushes.clear();
  state().later_flushes = 0;
}

bool disarm() {
  const std::lock_guard lock(state().mutex);
  state().is_armed = false;
  return state().has_failed;
}

int flushes_after_failure() {
  const std::lock_guard lock(state().mutex);
  return state().later_flushes;
}

namespace {

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

}  // namespace calotype::disk_faults

using calotype::disk_faults::fails;
using calotype::disk_faults::fails_at;
using calotype::disk_faults::fails_flush;
using calotype::disk_faults::next;

extern "C" {

ssize_t write(int fd, const void* bytes, size_t count) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  return fails(fd) ? -1 : real(fd, bytes, count);
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return fails(fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return fails(fd) ? -1 : real(fd, bytes, count, at);
}

int fsync(int fd) {
  static const auto real = next<int (*)(int)>("fsync");
  return fails_flush(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  static const auto real = next<int (*)(int)>("fdatasync");
  return fails_flush(fd) ? -1 : real(fd);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  static const auto real = next<int (*)(int, const char*, int, const char*, int)>("linkat");
  return fails(to_folder) ? -1 : real(from_folder, from, to_folder, to, flags);
}

int mkdirat(int folder, const char* name, mode_t mode) noexcept {
  static const auto real = next<int (*)(int, const char*, mode_t)>("mkdirat");
  return fails(folder) ? -1 : real(folder, name, mode);
}

int openat(int folder, const char* name, int flags, ...) {
  static const auto real = next<int (*)(int, const char*, int, mode_t)>("openat");
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return fails_at(folder) ? -1 : real(folder, name, flags, mode);
}

}  // extern "C"
