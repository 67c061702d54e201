#include "adapters/workers/start_gate.h"

#include <gmock/gmock.h>

namespace calotype::workers {
namespace {

const SteadyTime kStart{std::chrono::hours(1)};

TEST(StartGate, LetsTheFirstStartsThroughAtOnce) {
  StartGate gate(Milliseconds(1000));

  EXPECT_EQ(gate.reserve(kStart), kStart);
  EXPECT_EQ(gate.reserve(kStart), kStart);
}

TEST(StartGate, SpacesOutFailuresMoreAndMore) {
  StartGate gate(Milliseconds(1000));
  auto now = kStart;
  std::vector<Milliseconds> pauses;

  for (int i = 0; i < 8; ++i) {
    gate.note_failure(now);
    const auto next = gate.reserve(now);
    pauses.push_back(std::chrono::duration_cast<Milliseconds>(next - now));
    now = next;
  }

  EXPECT_GE(pauses.front(), Milliseconds(1000));
  for (std::size_t i = 1; i < pauses.size(); ++i) EXPECT_GE(pauses[i], pauses[i - 1]);
  EXPECT_LE(pauses.back(), Milliseconds(60'000));
}

TEST(StartGate, AllowsOnePlaceAtATimeWhileStartsFail) {
  StartGate gate(Milliseconds(1000));
  gate.note_failure(kStart);

  const auto first = gate.reserve(kStart);
  const auto second = gate.reserve(kStart);

  EXPECT_GE(second - first, Milliseconds(1000));
}

TEST(StartGate, OpensAgainAfterASuccess) {
  StartGate gate(Milliseconds(1000));
  gate.note_failure(kStart);

  gate.note_success();

  EXPECT_EQ(gate.reserve(kStart), kStart);
}

}  // namespace
}  // namespace calotype::workers
