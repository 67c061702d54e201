#include <gtest/gtest.h>

#include <set>

#include "adapters/memory/memory_answer_store.h"
#include "adapters/memory/memory_blob_store.h"
#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_leases.h"
#include "adapters/memory/memory_upload_index.h"
#include "adapters/memory/memory_used_tokens.h"
#include "core/error.h"
#include "core/fake_clock.h"
#include "lifecycle/chores.h"
#include "support/run_task.h"

namespace calotype::lifecycle {
namespace {

class FakeUses final : public BlobUses {
 public:
  Task<std::vector<ContentHash>> unused(Context, std::vector<ContentHash> hashes) override {
    std::vector<ContentHash> free;
    for (const auto& hash : hashes) {
      if (!used.contains(hash)) free.push_back(hash);
    }
    if (meanwhile) meanwhile();
    co_return free;
  }

  std::set<ContentHash> used;
  std::function<void()> meanwhile;
};

class LifecycleTest : public ::testing::Test {
 protected:
  Runner runner() {
    Terms terms;
    terms.most = 2;
    const Stores stores{.catalog = catalog_,
                        .objects = objects_,
                        .uploads = uploads_,
                        .answers = answers_,
                        .events = events_,
                        .purges = purges_,
                        .tokens = tokens_,
                        .blobs = blobs_,
                        .uses = uses_};
    auto chores =
        all_chores(stores, clock_, terms, [this](BucketId, const std::string& name) { forgotten_.insert(name); });
    return {leases_, clock_, metrics_, std::move(chores)};
  }
  void run() {
    auto running = runner();
    run_task(running.run_due([] { return false; }));
  }

  void add(const std::string& name, std::optional<Seconds> lives = std::nullopt) {
    Object object{.tenant = tenant_, .bucket = bucket_, .name = name};
    object.content = Digest::of(name);
    object.created = clock_.now();
    if (lives) object.expires = clock_.now() + *lives;
    run_task(objects_.add({}, object));
  }
  ContentHash put(const std::string& text) {
    const auto staged = run_task(blobs_.stage({}));
    run_task(staged->append({}, std::as_bytes(std::span(text))));
    const auto hash = staged->finish().sha256;
    run_task(staged->commit({}));
    return hash;
  }
  bool has_metric(const std::string& line) { return metrics_.exposition().find(line) != std::string::npos; }

  FakeClock clock_;
  MemoryEventOutbox events_;
  MemoryUsedTokens tokens_;
  MemoryPurgeStore purges_{&events_};
  MemoryObjectIndex objects_{&events_, &purges_};
  MemoryCatalog catalog_{&objects_, &events_};
  MemoryUploadIndex uploads_{objects_};
  MemoryAnswerStore answers_;
  MemoryBlobStore blobs_{clock_};
  MemoryLeases leases_;
  FakeUses uses_;
  telemetry::Metrics metrics_;
  TenantId tenant_ = TenantId::random();
  BucketId bucket_ = BucketId::random();
  std::set<std::string> forgotten_;
};

TEST_F(LifecycleTest, ATenantThatWasRemovedGoesWithAllThatItHas) {
  const Tenant owner{.id = tenant_, .name = "shop", .created = clock_.now()};
  run_task(catalog_.add_tenant({}, owner, {.id = AccessKeyId::random(), .tenant = tenant_, .created = clock_.now()}));
  for (int i = 0; i < 5; ++i) add("picture " + std::to_string(i));
  run();
  EXPECT_TRUE(run_task(catalog_.find_tenant({}, tenant_))) << "it has not been removed";

  run_task(catalog_.begin_removal({}, tenant_));
  clock_.advance(Seconds(61));
  run();

  EXPECT_FALSE(run_task(catalog_.find_tenant({}, tenant_)));
  EXPECT_FALSE(run_task(objects_.find({}, bucket_, "picture 3")));
}

TEST_F(LifecycleTest, WhatHasExpiredGoesForGood) {
  for (const auto* name : {"a", "b", "c", "d", "e"}) add(name, Seconds(10));
  add("later", Seconds(100));
  add("never");
  clock_.advance(Seconds(10));

  run();

  EXPECT_EQ(forgotten_, (std::set<std::string>{"a", "b", "c", "d", "e"})) << "however many steps it takes";
  EXPECT_TRUE(run_task(objects_.find({}, bucket_, "later")));
  EXPECT_TRUE(has_metric(R"(calotype_lifecycle_done_total{chore="remove_expired"} 5)"));
}

TEST_F(LifecycleTest, WhatWasRemovedGoesWhenItCanNoLongerBeRestored) {
  add("a");
  run_task(objects_.mark_deleted({}, bucket_, "a", clock_.now()));
  const auto restore = [&] { return run_task(objects_.restore({}, bucket_, "a", clock_.now(), WallTime{})); };
  clock_.advance(Seconds(30 * 86'400 - 1));
  run();
  EXPECT_EQ(restore(), Restored::done);
  run_task(objects_.mark_deleted({}, bucket_, "a", clock_.now()));
  clock_.advance(Seconds(30 * 86'400 + 1));

  run();

  EXPECT_EQ(restore(), Restored::missing);
  EXPECT_EQ(forgotten_, std::set<std::string>{"a"});
}

TEST_F(LifecycleTest, ForgetsUploadsAnswersAndEvents) {
  const Upload upload{
      .id = UploadId::random(), .tenant = tenant_, .bucket = bucket_, .name = "u", .created = clock_.now()};
  run_task(uploads_.begin({}, upload, 9));
  const AnswerKey key{.tenant = tenant_, .route = "r", .key = "k"};
  run_task(answers_.claim({}, key, Digest::of("x"), Claim::random(), clock_.now(), clock_.now() + Seconds(1)));
  add("told");
  clock_.advance(Seconds(86'401));
  run();
  EXPECT_TRUE(has_metric(R"(calotype_lifecycle_done_total{chore="forget_answers"} 1)"));
  EXPECT_TRUE(run_task(uploads_.find({}, bucket_, upload.id)));

  clock_.advance(Seconds(6 * 86'400));
  run();
  EXPECT_FALSE(run_task(uploads_.find({}, bucket_, upload.id)));
  EXPECT_EQ(run_task(events_.list_events({}, {.tenant = tenant_})).size(), 1U);
  clock_.advance(Seconds(24 * 86'400));
  run();
  EXPECT_TRUE(run_task(events_.list_events({}, {.tenant = tenant_})).empty());
}

TEST_F(LifecycleTest, SweepsBlobsThatAreNobodys) {
  for (int i = 0; i < 7; ++i) put("orphan " + std::to_string(i));
  const auto kept = put("kept");
  uses_.used.insert(kept);
  clock_.advance(Seconds(3'601));
  const auto young = put("young");

  run();

  EXPECT_EQ(blobs_.count(), 2U);
  EXPECT_TRUE(run_task(blobs_.open({}, kept)));
  EXPECT_TRUE(run_task(blobs_.open({}, young)));
}

TEST_F(LifecycleTest, SparesABlobThatComesInAgainMeanwhile) {
  const auto hash = put("again");
  clock_.advance(Seconds(3'601));
  uses_.meanwhile = [&] { put("again"); };

  run();

  EXPECT_TRUE(run_task(blobs_.open({}, hash)));
}

TEST_F(LifecycleTest, LeavesWorkToWhoHasIt) {
  add("a", Seconds(1));
  clock_.advance(Seconds(2));
  const auto other = RunnerId::random();
  run_task(leases_.take({}, "remove_expired", other, clock_.now(), clock_.now() + Seconds(60)));

  run();
  EXPECT_TRUE(forgotten_.empty());
  clock_.advance(Seconds(60));
  run();
  EXPECT_EQ(forgotten_.size(), 1U) << "it was left";
}

TEST_F(LifecycleTest, AFailureIsCountedAndTriedAgain) {
  int calls = 0;
  std::vector<Chore> chores;
  chores.push_back({.name = "odd", .every = Seconds(60), .step = [&](Context, std::string) -> Task<Step> {
                      if (++calls == 1) throw Error(Fault::unavailable, "the store is away");
                      return []() -> Task<Step> { co_return Step{}; }();
                    }});
  chores.push_back({.name = "even", .every = Seconds(90), .step = [](Context, std::string) -> Task<Step> {
                      co_return Step{.done = 1, .has_more = false};
                    }});
  Runner running(leases_, clock_, metrics_, std::move(chores));
  const auto never = [] { return false; };

  EXPECT_EQ(run_task(running.run_due(never)), clock_.steady() + Seconds(60));
  EXPECT_TRUE(has_metric(R"(calotype_lifecycle_failures_total{chore="odd"} 1)"));
  EXPECT_TRUE(has_metric(R"(calotype_lifecycle_done_total{chore="even"} 1)")) << "others go on";
  run_task(running.run_due(never));
  EXPECT_EQ(calls, 1) << "not before its time";
  clock_.advance(Seconds(60));
  EXPECT_EQ(run_task(running.run_due(never)), clock_.steady() + Seconds(30));
  EXPECT_EQ(calls, 2);
}

TEST_F(LifecycleTest, KeepsAFrequentChoreAndGivesItBack) {
  int calls = 0;
  std::vector<Chore> chores;
  chores.push_back({.name = "often", .every = Seconds(1), .step = [&](Context, std::string) {
                      ++calls;
                      return []() -> Task<Step> { co_return Step{}; }();
                    }});
  Runner running(leases_, clock_, metrics_, std::move(chores));
  const auto other = RunnerId::random();
  const auto take = [&] {
    return run_task(leases_.take({}, "often", other, clock_.now(), clock_.now() + Seconds(60)));
  };
  for (int i = 0; i < 100; ++i) {
    run_task(running.run_due([] { return false; }));
    EXPECT_FALSE(take()) << "it is kept between two rounds, second " << i;
    clock_.advance(Seconds(1));
  }

  EXPECT_EQ(calls, 100);
  run_task(running.give_back());
  EXPECT_TRUE(take());
  run_task(running.run_due([] { return false; }));
  EXPECT_EQ(calls, 100) << "it is another's now";
}

TEST_F(LifecycleTest, GoesOnWhereItWasWhenItIsStopped) {
  std::vector<std::string> seen;
  bool is_leaving = false;
  const auto make = [&] {
    std::vector<Chore> chores;
    chores.push_back({.name = "walk", .every = Seconds(1), .step = [&](Context, std::string cursor) -> Task<Step> {
                        seen.push_back(cursor);
                        is_leaving = seen.size() == 2;
                        auto next = cursor + "x";
                        return [](std::string at) -> Task<Step> {
                          co_return Step{.done = 1, .has_more = at.size() < 4, .cursor = at.size() < 4 ? at : ""};
                        }(std::move(next));
                      }});
    return chores;
  };
  Runner first(leases_, clock_, metrics_, make());
  run_task(first.run_due([&] { return is_leaving; }));
  run_task(first.give_back());
  Runner second(leases_, clock_, metrics_, make());
  run_task(second.run_due([] { return false; }));

  EXPECT_EQ(seen, (std::vector<std::string>{"", "x", "xx", "xxx"}));
}

}  // namespace
}  // namespace calotype::lifecycle
