#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

#include "sandbox/landlock.h"

// A sandbox cannot be left: every test closes it in a child of its own. What a whole worker cannot do is proved in
// adapters/workers/sandbox_proof_test.cpp.
namespace calotype::sandbox {
namespace {

constexpr int kJobSocket = 3;
constexpr int kThrew = 99;

struct End {
  int status = 0;
  bool is_exit(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
  bool is_signal(int number) const { return WIFSIGNALED(status) && WTERMSIG(status) == number; }
};

/// Runs it in a child; its value is the child's exit status.
End in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      ::_exit(work());
    } catch (const std::exception&) {
      ::_exit(kThrew);
    }
  }
  End end;
  ::waitpid(child, &end.status, 0);
  return end;
}

/// The same behind closed walls.
End in_sandbox(const std::function<int()>& work) {
  return in_child([&] {
    const Limits limits{.job_socket = kJobSocket};
    (void)enter(limits, prepare(limits));
    return work();
  });
}

TEST(Layers, SurviveTheirBits) {
  const Layers layers{
      .no_new_privileges = true, .descriptors_closed = true, .system_call_filter = true, .landlock_abi = 4};

  EXPECT_EQ(Layers::from_bits(layers.bits(), 4), layers);
  EXPECT_NE(Layers().bits(), layers.bits());
}

TEST(Sandbox, RaisesEveryWallThatTheKernelHas) {
  const auto end = in_child([] {
    const Limits limits{.job_socket = kJobSocket};
    const auto layers = enter(limits, prepare(limits));
    const bool is_whole = layers.no_new_privileges && layers.undumpable && layers.descriptors_closed &&
                          layers.resource_limits && layers.system_call_filter;
    return is_whole ? 0 : 1;
  });

  EXPECT_TRUE(end.is_exit(0)) << end.status;
}

TEST(Sandbox, LeavesComputingAlone) {
  const auto end = in_sandbox([] {
    const std::vector<int> numbers(1'000'000, 1);
    long sum = 0;
    std::thread other([&] { sum = std::accumulate(numbers.begin(), numbers.end(), 0L); });
    other.join();
    return sum == 1'000'000 ? 0 : 1;
  });

  EXPECT_TRUE(end.is_exit(0)) << end.status;
}

TEST(Sandbox, RefusesFilesWithAnError) {
  const auto end = in_sandbox([] { return ::open("/etc/passwd", O_RDONLY) == -1 && errno == EACCES ? 0 : 1; });

  EXPECT_TRUE(end.is_exit(0)) << end.status;
}

TEST(Sandbox, KillsForASocket) {
  EXPECT_TRUE(in_sandbox([] { return ::socket(AF_INET, SOCK_STREAM, 0) == -1 ? 1 : 0; }).is_signal(SIGSYS));
}

TEST(Sandbox, KillsInEveryThreadThatWasThereBefore) {
  const auto end = in_child([] {
    const Limits limits{.job_socket = kJobSocket};
    const auto layers = prepare(limits);
    std::atomic<bool> is_closed = false;
    std::thread other([&] {
      while (!is_closed) std::this_thread::yield();
      (void)::socket(AF_INET, SOCK_STREAM, 0);
    });
    (void)enter(limits, layers);
    is_closed = true;
    other.join();
    return 0;
  });

  EXPECT_TRUE(end.is_signal(SIGSYS)) << end.status;
}

TEST(Sandbox, ClosesEveryDescriptorButTheJobSocket) {
  const auto end = in_child([] {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, kJobSocket);
    ::dup2(null, 40);
    const Limits limits{.job_socket = kJobSocket};
    (void)enter(limits, prepare(limits));
    return ::write(kJobSocket, "x", 1) == 1 && ::write(40, "x", 1) == -1 && errno == EBADF ? 0 : 1;
  });

  EXPECT_TRUE(end.is_exit(0)) << end.status;
}

TEST(Sandbox, SendsThroughTheJobSocketAlone) {
  const auto end = in_child([] {
    std::array<int, 2> ends{};
    ::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data());
    ::dup2(ends[0], kJobSocket);
    const Limits limits{.job_socket = kJobSocket};
    (void)enter(limits, prepare(limits));
    const msghdr nothing{};
    return ::sendmsg(1, &nothing, 0) == -1 ? 1 : 0;
  });

  EXPECT_TRUE(end.is_signal(SIGSYS)) << end.status;
}

TEST(Prepare, AllowsReadingTheSystemAndWritingNowhere) {
  if (landlock_abi() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  const auto end = in_child([] {
    (void)prepare({.job_socket = kJobSocket});
    const bool reads = ::open("/etc/passwd", O_RDONLY) >= 0;
    const bool writes = ::open("/tmp/calotype-sandbox-test", O_WRONLY | O_CREAT, 0600) >= 0;
    const bool reads_home = ::open("/tmp", O_RDONLY | O_DIRECTORY) >= 0;
    return reads && !writes && !reads_home ? 0 : 1;
  });

  EXPECT_TRUE(end.is_exit(0)) << end.status;
}

#ifndef CALOTYPE_SANITIZED  // which map terabytes
TEST(Sandbox, BoundsTheAddressSpace) {
  const auto end = in_child([] {
    const Limits limits{.job_socket = kJobSocket, .address_space_bytes = mapped_bytes() + (256U << 20U)};
    (void)enter(limits, prepare(limits));
    const auto map = [](std::size_t bytes) {
      return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    };
    return map(std::size_t{64} << 20U) && !map(std::size_t{512} << 20U) ? 0 : 1;
  });

  EXPECT_TRUE(end.is_exit(0)) << end.status;
}
#endif

}  // namespace
}  // namespace calotype::sandbox
