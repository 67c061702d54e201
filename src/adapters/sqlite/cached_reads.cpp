// SQLite lets its system calls be exchanged; these are read(2) and its kin, with RWF_NOWAIT where a thread asks for it.

#include "adapters/sqlite/cached_reads.h"

#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include <sqlite3.h>

namespace calotype {

namespace {

thread_local bool is_asked_for = false;
std::atomic<bool> is_told_impossible{false};

constexpr off_t kAtThePosition = -1;

ssize_t read_cached(int file, void* into, std::size_t bytes, off_t where) {
  const iovec part{.iov_base = into, .iov_len = bytes};
  const auto got = ::preadv2(file, &part, 1, where, RWF_NOWAIT);
  if (got < 0 && errno == EOPNOTSUPP) is_told_impossible = true;
  if (got != 0 || bytes == 0) return got;
  // Linux 5.9 and 5.10 say so where the file has not ended (readv(2)); whoever may wait finds out.
  errno = EAGAIN;
  return -1;
}

ssize_t read_from(int file, void* into, std::size_t bytes) {
  return is_asked_for ? read_cached(file, into, bytes, kAtThePosition) : ::read(file, into, bytes);
}

ssize_t pread_from(int file, void* into, std::size_t bytes, off_t where) {
  return is_asked_for ? read_cached(file, into, bytes, where) : ::pread(file, into, bytes, where);
}

template <class Call>
void exchange(sqlite3_vfs& system, const char* name, Call call) {
  // Not all are compiled in: one that is not is not found.
  system.xSetSystemCall(&system, name, reinterpret_cast<sqlite3_syscall_ptr>(call));
}

}  // namespace

CachedReadsOnly::CachedReadsOnly() { is_asked_for = true; }
CachedReadsOnly::~CachedReadsOnly() { is_asked_for = false; }

bool CachedReadsOnly::is_possible() { return !is_told_impossible; }

void CachedReadsOnly::prepare() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_vfs* const system = sqlite3_vfs_find(nullptr);
    if (system == nullptr || system->iVersion < 3 || system->xSetSystemCall == nullptr) {
      is_told_impossible = true;
      return;
    }
    exchange(*system, "read", &read_from);
    exchange(*system, "pread", &pread_from);
    exchange(*system, "pread64", &pread_from);
  });
}

}  // namespace calotype
