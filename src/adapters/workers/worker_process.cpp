#include "adapters/workers/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "cell/channel.h"
#include "core/error.h"
#include "core/scheduling.h"

namespace calotype::workers {
namespace {

constexpr int kJobSocket = 3;
[[maybe_unused]] constexpr std::uint64_t kAddressSpaceStep = std::uint64_t{16} << 20U;

/// posix_spawn's two parameter blocks, freed together.
struct SpawnPlan {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};

  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
};

/// Nothing of the server's environment, where secrets may stand.
std::vector<std::string> clean_environment() {
  std::vector<std::string> variables{
      "PATH=/usr/bin:/bin",
      "HOME=/nonexistent",
      "LC_ALL=C.UTF-8",
      "TZ=UTC",
      // No code made at run time: the sandbox has no executable memory.
      "VIPS_NOVECTOR=1",
      "VIPS_BLOCK_UNTRUSTED=1",
      // Above every budget: a big picture stays in memory and fails, and is not spilt into a folder that cannot be
      // opened.
      "VIPS_DISC_THRESHOLD=1000g",
      "VIPS_CONCURRENCY=1",
      // libvips looks below it for modules with more codecs, and shall find none: worker_main.cpp.
      "VIPSHOME=/nonexistent",
      "MALLOC_ARENA_MAX=2",
  };
#ifdef CALOTYPE_SANITIZED
  // Leak checking and symbolizing start processes, which the sandbox forbids.
  variables.emplace_back("ASAN_OPTIONS=detect_leaks=0:symbolize=0:allocator_may_return_null=1:abort_on_error=1");
  variables.emplace_back("UBSAN_OPTIONS=print_stacktrace=0:symbolize=0");
  variables.emplace_back("TSAN_OPTIONS=symbolize=0");
#endif
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (auto& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

std::string in_words(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return fmt::format("exit {}", info.si_status);
  const char* const name = sigabbrev_np(info.si_status);
  return fmt::format("signal {}", name != nullptr ? name : "?");
}

}  // namespace

WorkerProcess::WorkerProcess(const ProcessOptions& options) {
  auto [ours, theirs] = cell::make_channel();
  SpawnPlan plan;
  posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&plan.actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&plan.actions, theirs.get(), kJobSocket);
  sigset_t none{};
  sigset_t all{};
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&plan.attributes, &none);
  posix_spawnattr_setsigdefault(&plan.attributes, &all);
  // Its own group: Ctrl-C at a terminal reaches the server alone, which drains first.
  posix_spawnattr_setpgroup(&plan.attributes, 0);
  posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> words{options.binary, "--parent", std::to_string(::getpid()), "--memory",
                                 std::to_string(options.memory_bytes)};
  if (options.takes_test_jobs) words.emplace_back("--test-jobs");
  if (options.takes_documents) words.emplace_back("--documents");
  auto environment = clean_environment();
  const int result = ::posix_spawn(&id_, options.binary.c_str(), &plan.actions, &plan.attributes,
                                   pointers(words).data(), pointers(environment).data());
  if (result != 0) {
    throw Error(Fault::unavailable, fmt::format("start worker {}: {}", options.binary, std::strerror(result)));
  }
  schedule(id_, options.scheduling);
  // Its number cannot have been given to another yet: it is our child, and has not been waited for.
  death_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
  if (!death_) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    throw Error(Fault::unavailable, fmt::format("watch worker {}: {}", id_, std::strerror(errno)));
  }
  socket_ = std::move(ours);
}

WorkerProcess::~WorkerProcess() {
  if (ending_) return;
  kill();
  siginfo_t info{};
  while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(death_.get()), &info, WEXITED) != 0 &&
         errno == EINTR) {
  }
}

void WorkerProcess::kill() { ::syscall(SYS_pidfd_send_signal, death_.get(), SIGKILL, nullptr, 0); }

bool WorkerProcess::has_died_unread() {
  // A Unix socket says "reset" to its peer when it is closed over messages that nobody has taken, and plain "end" else.
  int fault = 0;
  socklen_t length = sizeof fault;
  return ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &fault, &length) == 0 && fault == ECONNRESET;
}

void WorkerProcess::hang_up() { ::shutdown(socket_.get(), SHUT_RDWR); }

std::optional<std::string> WorkerProcess::ending() {
  if (ending_) return ending_;
  siginfo_t info{};
  const int result =
      ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(death_.get()), &info, WEXITED | WNOHANG);
  if (result == 0 && info.si_pid == 0) return std::nullopt;
  // ECHILD: somebody else in this process has waited for it, or SIGCHLD is ignored. It is gone all the same.
  ending_ = result == 0 ? in_words(info) : "ended";
  return ending_;
}

void WorkerProcess::limit_job([[maybe_unused]] std::uint64_t address_space_bytes, std::uint64_t cpu_seconds) {
  const auto lower = [this](__rlimit_resource resource, rlim_t wanted, std::uint64_t& last) {
    if (wanted == last) return;
    rlimit limit{};
    if (::prlimit(id_, resource, nullptr, &limit) != 0) return;  // gone: its socket tells
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (::prlimit(id_, resource, &limit, nullptr) == 0) last = wanted;
  };
#ifndef CALOTYPE_SANITIZED  // shadow memory maps terabytes
  // In steps: jobs that are nearly alike then cost no system calls.
  const auto steps = (address_space_bytes + kAddressSpaceStep - 1) / kAddressSpaceStep;
  if (steps > 0) lower(RLIMIT_AS, steps * kAddressSpaceStep, address_space_limit_);
#endif
  lower(RLIMIT_CPU, cpu_seconds, cpu_limit_);
}

std::uint64_t WorkerProcess::resident_bytes() const {
  const Fd file(::open(fmt::format("/proc/{}/statm", id_).c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 96> text{};
  if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
  unsigned long long pages = 0;
  if (std::sscanf(text.data(), "%*u %llu", &pages) != 1) return 0;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace calotype::workers
