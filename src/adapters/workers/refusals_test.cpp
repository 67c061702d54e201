#include "adapters/workers/refusals.h"

#include <gmock/gmock.h>

namespace calotype::workers {
namespace {

const SteadyTime kStart{std::chrono::hours(1)};
const Digest kBad = Digest::of("bad");

TEST(Refusals, RefuseAfterTheSecondKill) {
  Refusals refusals(Seconds(600));

  refusals.note_kill(kBad, kStart);
  EXPECT_FALSE(refusals.is_refused(kBad, kStart));

  refusals.note_kill(kBad, kStart + Seconds(1));
  EXPECT_TRUE(refusals.is_refused(kBad, kStart + Seconds(2)));
  EXPECT_FALSE(refusals.is_refused(Digest::of("good"), kStart + Seconds(2)));
}

TEST(Refusals, ForgetAfterAWhile) {
  Refusals refusals(Seconds(600));
  refusals.note_kill(kBad, kStart);
  refusals.note_kill(kBad, kStart);

  EXPECT_TRUE(refusals.is_refused(kBad, kStart + Seconds(599)));
  EXPECT_FALSE(refusals.is_refused(kBad, kStart + Seconds(600)));
}

TEST(Refusals, DoNotAddUpKillsThatAreFarApart) {
  Refusals refusals(Seconds(600));
  refusals.note_kill(kBad, kStart);
  refusals.note_kill(kBad, kStart + Seconds(700));

  EXPECT_FALSE(refusals.is_refused(kBad, kStart + Seconds(700)));
}

TEST(Refusals, StayBounded) {
  Refusals refusals(Seconds(600), 10);

  for (int i = 0; i < 100; ++i) refusals.note_kill(Digest::of(std::to_string(i)), kStart);

  EXPECT_LE(refusals.size(), 10U);
}

}  // namespace
}  // namespace calotype::workers
