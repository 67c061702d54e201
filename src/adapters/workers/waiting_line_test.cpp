#include "adapters/workers/waiting_line.h"

#include <gmock/gmock.h>

namespace calotype::workers {
namespace {

class WaitingLineTest : public ::testing::Test {
 protected:
  std::shared_ptr<Ticket> ticket(TenantId tenant) {
    auto made = std::make_shared<Ticket>(cell::JobKind::render);
    made->tenant = tenant;
    return made;
  }

  telemetry::Metrics registry_;
  PoolMetrics metrics_{registry_};
  std::shared_ptr<WaitingLine> line_ = std::make_shared<WaitingLine>(3, 2, metrics_.of(LaneKind::light));
  const SteadyTime now_{std::chrono::hours(1)};
  const TenantId one_ = TenantId::random();
  const TenantId other_ = TenantId::random();
};

TEST_F(WaitingLineTest, KeepsAPlaceUntilTheJobComesOrDoesNot) {
  auto first = ticket(one_);
  first->place = line_->keep_place(one_).place;
  auto second = line_->keep_place(one_).place;
  const auto third = line_->keep_place(one_).place;
  EXPECT_TRUE(first->place && second && third);
  EXPECT_EQ(line_->keep_place(one_).refusal, Outcome::queue_full);
  EXPECT_EQ(line_->push(ticket(one_), 0).refusal, Outcome::queue_full) << "those places are kept";

  EXPECT_FALSE(line_->push(first, 0).refusal);
  EXPECT_EQ(line_->push(first, 0).refusal, Outcome::queue_full) << "it was one place";
  second.reset();

  EXPECT_FALSE(line_->push(ticket(one_), 0).refusal) << "its place was given back";
  EXPECT_EQ(line_->push(ticket(one_), 0).refusal, Outcome::queue_full);
  EXPECT_FALSE(line_->push(ticket(one_), 1).refusal) << "an idle worker takes it";
}

TEST_F(WaitingLineTest, TheCrowdGivesWayAndIsToldSo) {
  for (int i = 0; i < 3; ++i) line_->push(ticket(one_), 0);
  EXPECT_TRUE(line_->keep_place(other_).place);

  const auto admission = line_->push(ticket(other_), 0);

  EXPECT_FALSE(admission.refusal);
  ASSERT_TRUE(admission.gives_way);
  EXPECT_EQ(admission.gives_way->tenant, one_);
  EXPECT_EQ(line_->keep_place(one_).refusal, Outcome::over_share);
}

TEST_F(WaitingLineTest, HasRoomAgainForOneThatWasTakenOut) {
  const auto gone = ticket(one_);
  line_->push(gone, 0);
  for (int i = 0; i < 2; ++i) line_->push(ticket(one_), 0);
  ASSERT_TRUE(line_->keep_place(one_).refusal);

  line_->erase(gone);
  line_->erase(gone);

  EXPECT_FALSE(line_->push(ticket(one_), 0).refusal);
  EXPECT_EQ(line_->push(ticket(one_), 0).refusal, Outcome::queue_full) << "it was one place";
  EXPECT_THAT(registry_.exposition(), testing::HasSubstr("calotype_workers_queue_length{lane=\"light\"} 3\n"));
}

TEST_F(WaitingLineTest, GivesWhatWasPutBackFirst) {
  const auto first = ticket(one_);
  line_->push(first, 0);
  line_->push(ticket(one_), 0);
  ASSERT_EQ(line_->pop(now_, Pace::steady), first);

  line_->put_back(first);

  EXPECT_EQ(line_->pop(now_, Pace::steady), first);
  line_->erase(line_->pop(now_, Pace::steady));
  EXPECT_EQ(line_->pop(now_, Pace::steady), nullptr);
}

TEST_F(WaitingLineTest, LeavesTheLastWorkerToOthersThatCameLately) {
  const auto visit = [&](TenantId tenant, SteadyTime when) {
    auto made = ticket(tenant);
    made->queued = when;
    line_->push(made, 0);
    return made;
  };
  visit(other_, now_);
  const auto others = line_->pop(now_, Pace::steady);
  line_->ended(*others);
  const auto first = visit(one_, now_);
  const auto second = visit(one_, now_);
  EXPECT_EQ(line_->pop(now_, Pace::steady), first);
  EXPECT_FALSE(line_->pop(now_, Pace::steady)) << "of two workers it has one";

  const auto late = visit(other_, now_);
  EXPECT_EQ(line_->pop(now_, Pace::steady), late) << "and this one does not wait for it";
  line_->ended(*late);
  line_->ended(*first);
  EXPECT_EQ(line_->pop(now_, Pace::steady), second);
}

TEST_F(WaitingLineTest, LeavesTheSwiftWorkerToThoseWhoHaveUsedLess) {
  const auto visit = [&](TenantId tenant, double cost) {
    auto made = ticket(tenant);
    made->queued = now_;
    made->cost = cost;
    line_->push(made, 0);
    return made;
  };
  const auto use = [&](TenantId tenant, double cost) {
    const auto made = visit(tenant, cost);
    EXPECT_EQ(line_->pop(now_, Pace::steady), made);
    line_->ended(*made);
  };
  use(other_, 2'000);
  use(one_, 3'000);
  const auto alike = visit(one_, 3'000);
  EXPECT_EQ(line_->pop(now_, Pace::swift), alike) << "they use much the same";
  line_->ended(*alike);

  const auto more = visit(one_, 3'000);
  EXPECT_FALSE(line_->pop(now_, Pace::swift));
  EXPECT_FALSE(line_->empty());
  const auto others = visit(other_, 2'000);
  EXPECT_EQ(line_->pop(now_, Pace::swift), others);
  EXPECT_EQ(line_->pop(now_, Pace::steady), more);
}

TEST_F(WaitingLineTest, HoldsNobodyBackWhereAnotherHasUsedMore) {
  const auto third = TenantId::random();
  for (const auto& [tenant, cost] :
       {std::pair(one_, 90'000.0), std::pair(third, 1'000.0), std::pair(other_, 9'000.0)}) {
    auto made = ticket(tenant);
    made->queued = now_;
    made->cost = cost;
    line_->push(made, 0);
    EXPECT_EQ(line_->pop(now_, Pace::steady), made);
    line_->ended(*made);
  }
  auto next = ticket(other_);
  next->queued = now_;
  line_->push(next, 0);

  EXPECT_EQ(line_->pop(now_, Pace::swift), next) << "it is another one that crowds";
}

TEST_F(WaitingLineTest, ForgetsWhatWasUsedLongAgo) {
  const auto use = [&](TenantId tenant, SteadyTime when, double cost) {
    auto made = ticket(tenant);
    made->queued = when;
    made->cost = cost;
    line_->push(made, 0);
    EXPECT_EQ(line_->pop(when, Pace::swift), made);
    line_->ended(*made);
  };
  use(one_, now_, 100'000);
  const auto later = now_ + 5 * WaitingLine::kLately;
  use(other_, later, 1'000);

  use(one_, later, 1'000);
}

TEST_F(WaitingLineTest, TakesTheLookAtAnUploadForNobodyElse) {
  const auto look = ticket(TenantId());
  look->queued = now_;
  line_->push(look, 0);
  line_->ended(*line_->pop(now_, Pace::steady));
  for (int i = 0; i < 2; ++i) {
    auto own = ticket(one_);
    own->queued = now_;
    line_->push(own, 0);
  }

  EXPECT_TRUE(line_->pop(now_, Pace::steady));
  EXPECT_TRUE(line_->pop(now_, Pace::steady));
}

TEST_F(WaitingLineTest, GivesAllWorkersToWhoIsAlone) {
  auto others = ticket(other_);
  others->queued = now_;
  line_->push(others, 0);
  line_->ended(*line_->pop(now_, Pace::steady));
  for (int i = 0; i < 2; ++i) {
    auto own = ticket(one_);
    own->queued = now_ + WaitingLine::kLately;
    line_->push(own, 0);
  }

  EXPECT_TRUE(line_->pop(now_ + WaitingLine::kLately, Pace::steady));
  EXPECT_TRUE(line_->pop(now_ + WaitingLine::kLately, Pace::steady)) << "nobody else came lately";
}

}  // namespace
}  // namespace calotype::workers
