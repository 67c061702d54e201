#include "cell/attempts.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// The control of the sandbox's proof (adapters/workers/sandbox_proof_test.cpp): without a sandbox every attempt works.
// An attempt that failed here would prove nothing there.
namespace calotype::cell {
namespace {

class WithoutSandbox : public testing::TestWithParam<int> {};

TEST_P(WithoutSandbox, TheAttemptWorks) {
  const auto attempt = static_cast<Attempt>(GetParam());
  const pid_t child = ::fork();
  if (child == 0) {
    // A socket where connect() looks for one, and a descriptor for write().
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    ::dup2(socket, 3);
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, 9);
    ::_exit(make_attempt(attempt));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "errno " << WEXITSTATUS(status);
}

INSTANTIATE_TEST_SUITE_P(Attempt, WithoutSandbox, testing::Range(0, static_cast<int>(kLastAttempt) + 1),
                         [](const auto& info) { return std::string(name_of(static_cast<Attempt>(info.param))); });

}  // namespace
}  // namespace calotype::cell
