#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include <gmock/gmock.h>

#include "adapters/workers/worker_process.h"
#include "cell/attempts.h"
#include "cell/channel.h"
#include "cell/message.h"

// The sandbox's proof: a real worker, one for each attempt, tries what it must not be able to do. It breaks as soon as
// one attempt works. Its control, which shows that every attempt works without a sandbox, is cell/attempts_test.cpp.
namespace calotype::workers {
namespace {

using cell::Attempt;

constexpr int kPatienceMs = 20'000;

bool becomes_readable(int descriptor) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, kPatienceMs) == 1;
}

ProcessOptions options(bool takes_documents = false) {
  return {.binary = CALOTYPE_WORKER, .memory_bytes = std::uint64_t{512} << 20U, .takes_documents = takes_documents};
}

/// The worker's next message; nullopt where it has died instead.
std::optional<std::string> hear(const WorkerProcess& worker) {
  if (!becomes_readable(worker.socket())) return std::nullopt;
  auto received = cell::receive_message(worker.socket(), 0, cell::Wait::no);
  if (!received) return std::nullopt;
  return received->message;
}

/// The attempt, and whether the worker is one for documents.
class Sandboxed : public testing::TestWithParam<std::tuple<int, bool>> {
 protected:
  /// A worker that is ready: a fresh one, or one that has refused the attempts before and works on.
  static std::unique_ptr<WorkerProcess>& place() { return workers_.at(takes_documents() ? 1 : 0); }
  static WorkerProcess& worker() {
    auto& worker = place();
    if (!worker) {
      worker = std::make_unique<WorkerProcess>(options(takes_documents()));
      if (!hear(*worker)) throw std::runtime_error("the worker did not become ready");
    }
    return *worker;
  }
  static bool takes_documents() { return std::get<1>(GetParam()); }
  static void TearDownTestSuite() { workers_ = {}; }

  inline static std::array<std::unique_ptr<WorkerProcess>, 2> workers_;
};

TEST_P(Sandboxed, WorkerFailsOrDies) {
  const auto attempt = static_cast<Attempt>(std::get<0>(GetParam()));
#ifdef CALOTYPE_SANITIZED
  if (attempt == Attempt::map_8_gb) GTEST_SKIP() << "sanitizers map terabytes: there is no RLIMIT_AS";
#endif
  const cell::Job job{.id = 1, .kind = cell::JobKind::attempt, .argument = static_cast<std::uint8_t>(attempt)};
  ASSERT_TRUE(cell::send_message(worker().socket(), cell::encode(job), {}));
  const auto answer = hear(worker());

  if (answer) {
    // It was refused: an errno came back, and the worker works on.
    const auto said = cell::decode_answer(*answer);
    // Who may read fonts may ask for a file's size, of any file: Landlock does not see that. It is the one difference.
    if (takes_documents() && attempt == Attempt::stat) {
      EXPECT_TRUE(said.is_ok);
      return;
    }
    EXPECT_FALSE(said.is_ok) << name_of(attempt) << " worked";
    EXPECT_EQ(said.fault, Fault::denied) << said.message;
    return;
  }
  // It died of it, and of nothing else: a clean exit would mean that execve() worked.
  ASSERT_TRUE(becomes_readable(worker().death()));
  EXPECT_EQ(worker().ending(), "signal SYS") << name_of(attempt);
  place().reset();
}

std::string test_name(const testing::TestParamInfo<std::tuple<int, bool>>& info) {
  const auto attempt = std::string(name_of(static_cast<Attempt>(std::get<0>(info.param))));
  return attempt + (std::get<1>(info.param) ? "_by_documents" : "");
}

INSTANTIATE_TEST_SUITE_P(Attempt, Sandboxed,
                         testing::Combine(testing::Range(0, static_cast<int>(cell::kLastAttempt) + 1), testing::Bool()),
                         test_name);

TEST(WorkerProcess, SaysWhichWallsStand) {
  WorkerProcess worker(options());

  const auto ready = hear(worker);

  ASSERT_TRUE(ready.has_value());
  EXPECT_EQ(cell::decode_ready(*ready).layers & 0b11111U, 0b11111U);
  EXPECT_GT(cell::decode_ready(*ready).address_space, 0U);
}

TEST(WorkerProcess, EndsByItselfWhenTheSocketCloses) {
  WorkerProcess worker(options());
  ASSERT_TRUE(hear(worker).has_value());

  worker.hang_up();

  ASSERT_TRUE(becomes_readable(worker.death()));
  EXPECT_EQ(worker.ending(), "exit 0");
}

TEST(WorkerProcess, IsNotStartedByHand) {
  // Without arguments: an error in words and status 1, not a crash.
  const std::string command = std::string(CALOTYPE_WORKER) + " 2>/dev/null";

  const int status = std::system(command.c_str());

  EXPECT_EQ(WEXITSTATUS(status), 1);
}

}  // namespace
}  // namespace calotype::workers
