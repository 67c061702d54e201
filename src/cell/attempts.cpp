#include "cell/attempts.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace calotype::cell {
namespace {

constexpr int kJobSocket = 3;
constexpr int kFirstOther = 4;
constexpr int kLastOther = 1024;

/// errno of a call that gives -1 for a failure.
int outcome(long result) { return result == -1 ? errno : 0; }

int opened(long descriptor) {
  if (descriptor >= 0) ::close(static_cast<int>(descriptor));
  return outcome(descriptor);
}

/// Ends a child that was made by mistake. Its parent says so at once and does not wait for it: another forbidden call
/// would hide that this one worked.
int forked(pid_t child) {
  if (child == 0) ::_exit(0);
  return outcome(child);
}

int connect_out() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  std::memcpy(&generic, &address, sizeof generic);
  return outcome(::connect(kJobSocket, &generic, sizeof address));
}

int execute() {
  std::array<char, 10> path{"/bin/true"};
  std::array<char*, 2> arguments{path.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  return outcome(::execve(path.data(), arguments.data(), environment.data()));
}

int fork_by_clone3() {
  std::array<std::uint64_t, 8> arguments{};  // struct clone_args, version 0: all zero but the signal at the end
  arguments[4] = SIGCHLD;
  return forked(static_cast<pid_t>(::syscall(SYS_clone3, arguments.data(), sizeof arguments)));
}

/// The raw call: what follows in the child is one system call, so that sharing the parent's memory does no harm.
int fork_by_vfork() {
  const pid_t child = ::vfork();
  if (child == 0) ::_exit(0);
  return forked(child);
}

int map(std::size_t bytes, int protection) {
  void* const start = ::mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return errno;
  ::munmap(start, bytes);
  return 0;
}

int make_executable() {
  constexpr std::size_t kPage = 4096;
  void* const start = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return 0;  // nothing was proved
  const int result = outcome(::mprotect(start, kPage, PROT_READ | PROT_EXEC));
  ::munmap(start, kPage);
  return result;
}

int write_elsewhere() {
  for (int descriptor = kFirstOther; descriptor <= kLastOther; ++descriptor) {
    if (::write(descriptor, "x", 1) != -1) return 0;
  }
  return errno;
}

int raise_limits() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
  return outcome(::setrlimit(RLIMIT_NOFILE, &limit));
}

/// A file without a name: it leaves nothing behind where it works.
int create_file() { return opened(::open("/tmp", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600)); }

int ask_for(const char* path) {
  struct stat facts{};
  return outcome(::stat(path, &facts));
}

}  // namespace

std::string_view name_of(Attempt attempt) {
  constexpr std::array<std::string_view, 19> kNames{
      "open",         "openat",          "create",         "stat",
      "socket",       "connect",         "execve",         "fork",
      "vfork",        "clone3",          "ptrace",         "kill_parent",
      "raise_limits", "map_8_gb",        "executable_map", "executable_protect",
      "memory_file",  "write_elsewhere", "own_socket"};
  static_assert(kNames.size() == static_cast<std::size_t>(kLastAttempt) + 1);
  return kNames.at(static_cast<std::size_t>(attempt));
}

int make_attempt(Attempt attempt) {
  constexpr std::size_t kEightGigabytes = std::size_t{8} << 30U;
  switch (attempt) {
    case Attempt::open: return opened(::syscall(SYS_open, "/etc/passwd", O_RDONLY | O_CLOEXEC));
    case Attempt::openat: return opened(::openat(AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC));
    case Attempt::create: return create_file();
    case Attempt::stat: return ask_for("/etc/passwd");
    case Attempt::socket: return opened(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    case Attempt::connect: return connect_out();
    case Attempt::execve: return execute();
    case Attempt::fork: return forked(::fork());
    case Attempt::vfork: return fork_by_vfork();
    case Attempt::clone3: return fork_by_clone3();
    case Attempt::ptrace: return outcome(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
    case Attempt::kill_parent: return outcome(::kill(::getppid(), SIGCONT));
    case Attempt::raise_limits: return raise_limits();
    case Attempt::map_8_gb: return map(kEightGigabytes, PROT_READ | PROT_WRITE);
    case Attempt::executable_map: return map(4096, PROT_READ | PROT_EXEC);
    case Attempt::executable_protect: return make_executable();
    case Attempt::memory_file: return opened(::memfd_create("attempt", MFD_CLOEXEC));
    case Attempt::write_elsewhere: return write_elsewhere();
    // Whoever owns a socket gets its signals; set to another process, that one.
    case Attempt::own_socket: return outcome(::fcntl(kJobSocket, F_SETOWN, ::getpid()));
  }
  std::abort();
}

}  // namespace calotype::cell
