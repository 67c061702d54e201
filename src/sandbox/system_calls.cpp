#include "sandbox/system_calls.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::sandbox {
namespace {

// What computing, threads and memory need, whatever the arguments.
constexpr int kAlways[] = {SCMP_SYS(read),
                           SCMP_SYS(write),
                           SCMP_SYS(readv),
                           SCMP_SYS(writev),
                           SCMP_SYS(close),
                           SCMP_SYS(lseek),
                           SCMP_SYS(munmap),
                           SCMP_SYS(mremap),
                           SCMP_SYS(brk),
                           SCMP_SYS(madvise),
                           SCMP_SYS(mincore),
                           SCMP_SYS(futex),
                           SCMP_SYS(set_robust_list),
                           SCMP_SYS(rseq),
                           SCMP_SYS(set_tid_address),
                           SCMP_SYS(membarrier),
                           SCMP_SYS(rt_sigprocmask),
                           SCMP_SYS(rt_sigaction),
                           SCMP_SYS(rt_sigreturn),
                           SCMP_SYS(sigaltstack),
                           SCMP_SYS(restart_syscall),
                           SCMP_SYS(sched_yield),
                           SCMP_SYS(sched_getaffinity),
                           SCMP_SYS(sched_getattr),
                           SCMP_SYS(getcpu),
                           SCMP_SYS(getpid),
                           SCMP_SYS(gettid),
                           SCMP_SYS(getrusage),
                           SCMP_SYS(sysinfo),
                           SCMP_SYS(getrandom),
                           SCMP_SYS(clock_gettime),
                           SCMP_SYS(clock_getres),
                           SCMP_SYS(gettimeofday),
                           SCMP_SYS(time),
                           SCMP_SYS(clock_nanosleep),
                           SCMP_SYS(nanosleep),
                           SCMP_SYS(exit),
                           SCMP_SYS(exit_group)};

// What libraries ask for out of habit and live without. To die for them would cost requests and win nothing: they are
// refused all the same.
constexpr int kRefused[] = {
    SCMP_SYS(openat2),       SCMP_SYS(creat),       SCMP_SYS(ioctl), SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_setattr), SCMP_SYS(setpriority), SCMP_SYS(uname)};

// What finding and reading a file takes: refused, too, but where fonts may be read.
constexpr int kLookUps[] = {SCMP_SYS(access),     SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(stat),
                            SCMP_SYS(lstat),      SCMP_SYS(fstat),      SCMP_SYS(newfstatat), SCMP_SYS(statx),
                            SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(statfs),     SCMP_SYS(fstatfs),
                            SCMP_SYS(getdents64), SCMP_SYS(pread64)};
// And what Fontconfig would do to a cache of its own.
constexpr int kRefusedToReaders[] = {SCMP_SYS(mkdir),  SCMP_SYS(mkdirat), SCMP_SYS(unlink),    SCMP_SYS(unlinkat),
                                     SCMP_SYS(rename), SCMP_SYS(link),    SCMP_SYS(linkat),    SCMP_SYS(symlink),
                                     SCMP_SYS(chmod),  SCMP_SYS(fchmod),  SCMP_SYS(utimensat), SCMP_SYS(umask),
                                     SCMP_SYS(flock),  SCMP_SYS(getuid),  SCMP_SYS(geteuid),   SCMP_SYS(getegid)};

#ifdef CALOTYPE_SANITIZED
// The sanitizers' run-time reads its own maps and asks who it is; addresses stay randomised.
constexpr int kSanitizers[] = {SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getppid), SCMP_SYS(sigpending),
                               SCMP_SYS(pipe2)};
#endif

using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, decltype(&seccomp_release)>;

void check(int result, const char* what) {
  if (result < 0)
    throw Error(Fault::internal, fmt::format("filter system calls: {}: {}", what, std::strerror(-result)));
}

void add(const Filter& filter, std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> arguments = {}) {
  check(seccomp_rule_add_array(filter.get(), action, call, static_cast<unsigned>(arguments.size()), arguments.begin()),
        "add a rule");
}

scmp_arg_cmp equal(unsigned argument, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

scmp_arg_cmp differs(unsigned argument, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_NE, .datum_a = value, .datum_b = 0};
}

scmp_arg_cmp at_least(unsigned argument, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_GE, .datum_a = value, .datum_b = 0};
}

scmp_arg_cmp has_bits(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

/// The calls whose arguments decide.
void add_conditional(const Filter& filter, int job_socket) {
  for (const int call : {SCMP_SYS(sendmsg), SCMP_SYS(recvmsg)}) {
    add(filter, SCMP_ACT_ALLOW, call, {equal(0, static_cast<std::uint64_t>(job_socket))});
  }
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    add(filter, SCMP_ACT_ALLOW, call, {has_bits(2, PROT_EXEC, 0)});
    add(filter, SCMP_ACT_ERRNO(EACCES), call, {has_bits(2, PROT_EXEC, PROT_EXEC)});
  }
  // A thread, never a process or a namespace. clone3 hides its flags behind a pointer: "not there" makes the C library
  // fall back to clone.
  constexpr std::uint64_t kNamespaces =
      CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;
  add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), {has_bits(0, CLONE_THREAD | kNamespaces, CLONE_THREAD)});
  add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  // Threads are named; nothing else of prctl.
  add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), {equal(0, PR_SET_NAME)});
  add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), {differs(0, PR_SET_NAME)});
  // A limit may be read, not set, and of no other process.
  add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), {equal(0, 0), equal(2, 0)});
  add(filter, SCMP_ACT_ALLOW, SCMP_SYS(getrlimit));
  // abort() signals its own process.
  add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {equal(0, static_cast<std::uint64_t>(::getpid()))});
}

/// Opening a file: to read it, or not at all; and what is done to its descriptor.
void add_opening(const Filter& filter, bool reads_files) {
  // What a descriptor is like may be asked and said. Its owner may not be set: signals would go there.
  if (reads_files) {
    for (const std::uint64_t command : {F_GETFD, F_SETFD, F_GETFL}) {
      add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {equal(1, command)});
    }
    constexpr std::uint64_t kFirstRefused = F_SETFL;  // those above are 1, 2 and 3; 0 makes descriptors
    add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(fcntl), {at_least(1, kFirstRefused)});
    add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(fcntl), {equal(1, F_DUPFD)});
  } else {
    add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(fcntl));
  }
  constexpr std::uint64_t kChanges = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
  for (const auto& [call, flags] : {std::pair(SCMP_SYS(open), 1U), std::pair(SCMP_SYS(openat), 2U)}) {
    if (!reads_files) {
      add(filter, SCMP_ACT_ERRNO(EACCES), call);
      continue;
    }
    add(filter, SCMP_ACT_ALLOW, call, {has_bits(flags, kChanges, O_RDONLY)});
    // Whatever changes: a bit of the access mode, or one of the others.
    for (const std::uint64_t bit : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_TMPFILE & ~O_DIRECTORY}) {
      add(filter, SCMP_ACT_ERRNO(EACCES), call, {has_bits(flags, bit, bit)});
    }
  }
}

}  // namespace

void filter_system_calls(int job_socket, bool reads_files) {
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS), &seccomp_release);
  if (!filter) throw Error(Fault::internal, "filter system calls: no memory");
  check(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1), "cover all threads");
  check(seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), "refuse other call tables");
  check(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "sort by number");
  for (const int call : kAlways) add(filter, SCMP_ACT_ALLOW, call);
  for (const int call : kRefused) add(filter, SCMP_ACT_ERRNO(EACCES), call);
  for (const int call : kLookUps) add(filter, reads_files ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EACCES), call);
  if (reads_files) {
    for (const int call : kRefusedToReaders) add(filter, SCMP_ACT_ERRNO(EACCES), call);
  }
  add_opening(filter, reads_files);
#ifdef CALOTYPE_SANITIZED
  for (const int call : kSanitizers) add(filter, SCMP_ACT_ALLOW, call);
#endif
  add_conditional(filter, job_socket);
  check(seccomp_load(filter.get()), "load");
}

}  // namespace calotype::sandbox
