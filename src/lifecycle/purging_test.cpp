#include "lifecycle/purging.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "adapters/memory/memory_object_index.h"
#include "core/error.h"
#include "core/fake_clock.h"
#include "support/run_task.h"

namespace calotype::lifecycle {
namespace {

class PurgingTest : public ::testing::Test {
 protected:
  Object add(const std::string& name) {
    Object object{.tenant = tenant_, .bucket = bucket_, .name = name};
    object.content = Digest::of(name);
    object.created = clock_.now();
    run_task(index_.add({}, object));
    return object;
  }

  /// A step of the chore.
  Step step(std::string cursor = {}) {
    auto chore = purging({.purges = purges_,
                          .objects = index_,
                          .clock = clock_,
                          .metrics = metrics_,
                          .drop = [this](Context, TenantId, ContentHash content) { return drop(content); },
                          .forget = [this](BucketId, const std::string& name) { forgotten_.insert(name); },
                          .most = 3});
    return run_task(chore.step({}, std::move(cursor)));
  }
  Task<std::size_t> drop(ContentHash content) {
    if (stuck_.contains(content)) throw Error(Fault::unavailable, "remove a rendition: input/output error");
    dropped_.insert(content);
    co_return renditions_;
  }

  Purge prefix(const std::string& text) {
    Purge purge{.id = PurgeId::random(),
                .tenant = tenant_,
                .scope = Purge::Scope::prefix,
                .bucket = bucket_,
                .subject = text,
                .asked = clock_.now()};
    run_task(purges_.add({}, purge));
    return purge;
  }
  Purge receipt(PurgeId id) { return *run_task(purges_.find({}, tenant_, id)); }
  std::vector<StoredEvent> told() {
    return run_task(outbox_.list_events({}, {.tenant = tenant_, .type = "purge.done"}));
  }

  FakeClock clock_;
  telemetry::Metrics metrics_;
  MemoryEventOutbox outbox_;
  MemoryPurgeStore purges_{&outbox_};
  MemoryObjectIndex index_{&outbox_, &purges_};
  TenantId tenant_ = TenantId::random();
  BucketId bucket_ = BucketId::random();
  std::size_t renditions_ = 4;
  std::set<ContentHash> dropped_;
  std::set<ContentHash> stuck_;
  std::set<std::string> forgotten_;
};

TEST_F(PurgingTest, WhatWasDeletedIsDroppedAndTold) {
  const auto object = add("cat.jpg");
  run_task(index_.mark_deleted({}, bucket_, "cat.jpg", clock_.now()));
  const auto purge = *run_task(purges_.find_latest({}, bucket_, "cat.jpg"));
  clock_.advance(Milliseconds(500));

  EXPECT_EQ(step().done, 1U);
  EXPECT_EQ(step().done, 0U) << "once";

  EXPECT_EQ(dropped_, std::set{object.content});
  EXPECT_EQ(forgotten_, std::set<std::string>{"cat.jpg"});
  EXPECT_EQ(receipt(purge.id).done, clock_.now());
  EXPECT_EQ(receipt(purge.id).renditions, 4U);
  ASSERT_EQ(told().size(), 1U);
  EXPECT_NE(told()[0].data.find(surrogate_key(bucket_, "cat.jpg")), std::string::npos);
  EXPECT_NE(metrics_.exposition().find("calotype_purged_renditions_total 4"), std::string::npos);
}

TEST_F(PurgingTest, OneThatFailsStaysOpenAndKeepsNobodyWaiting) {
  const auto first = add("first");
  const auto second = add("second");
  for (const auto* name : {"first", "second"}) run_task(index_.mark_deleted({}, bucket_, name, clock_.now()));
  stuck_.insert(first.content);

  EXPECT_EQ(step().done, 1U);
  EXPECT_EQ(dropped_, std::set{second.content});
  EXPECT_NE(metrics_.exposition().find("calotype_purges_failed_total 1"), std::string::npos);

  stuck_.clear();
  EXPECT_EQ(step().done, 1U);
  EXPECT_TRUE(dropped_.contains(first.content));
}

TEST_F(PurgingTest, AsManyAsFitIntoAStepKeepNobodyWaitingEither) {
  for (const auto* name : {"1", "2", "3"}) stuck_.insert(add(name).content);
  const auto last = add("4");
  for (const auto* name : {"1", "2", "3", "4"}) run_task(index_.mark_deleted({}, bucket_, name, clock_.now()));

  const auto first = step();
  EXPECT_TRUE(first.has_more);
  EXPECT_FALSE(step(first.cursor).has_more);
  EXPECT_TRUE(dropped_.contains(last.content));
  stuck_.clear();
  step();
  EXPECT_EQ(dropped_.size(), 4U);
}

TEST_F(PurgingTest, APrefixGoesStepByStepAndTellsOfEach) {
  for (const auto* name : {"a/1", "a/2", "a/3", "a/4", "b"}) add(name);
  const auto purge = prefix("a/");

  const auto first = step();
  EXPECT_TRUE(first.has_more);
  EXPECT_FALSE(receipt(purge.id).done);
  EXPECT_EQ(receipt(purge.id).objects, 3U);
  EXPECT_EQ(receipt(purge.id).cursor, "a/3");
  const auto second = step();
  EXPECT_FALSE(second.has_more);

  EXPECT_TRUE(receipt(purge.id).done);
  EXPECT_EQ(receipt(purge.id).objects, 4U);
  EXPECT_EQ(receipt(purge.id).renditions, 16U);
  EXPECT_EQ(forgotten_, (std::set<std::string>{"a/1", "a/2", "a/3", "a/4"}));
  EXPECT_FALSE(dropped_.contains(Digest::of("b")));
  ASSERT_EQ(told().size(), 2U);
  EXPECT_NE(told()[1].data.find(surrogate_key(bucket_, "a/4")), std::string::npos);
  EXPECT_EQ(run_task(index_.find({}, bucket_, "a/4"))->generation, 1);
}

TEST_F(PurgingTest, APrefixOfNothingIsDoneAtOnce) {
  const auto purge = prefix("none/");
  step();
  EXPECT_TRUE(receipt(purge.id).done);
  EXPECT_EQ(receipt(purge.id).objects, 0U);
}

TEST_F(PurgingTest, OfARuleOnlyTheCachesInFrontAreTold) {
  Purge purge{.id = PurgeId::random(),
              .tenant = tenant_,
              .scope = Purge::Scope::rule,
              .subject = "id",
              .keys = {"rule-1"},
              .asked = clock_.now()};
  run_task(purges_.add({}, purge));
  step();
  EXPECT_TRUE(dropped_.empty());
  EXPECT_TRUE(receipt(purge.id).done);
  EXPECT_NE(told().at(0).data.find(R"(["rule-1"])"), std::string::npos);
}

}  // namespace
}  // namespace calotype::lifecycle
