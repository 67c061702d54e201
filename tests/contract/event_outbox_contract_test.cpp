// What every EventOutbox promises. Events come of what happens to objects.

#include <gtest/gtest.h>

#include "adapters/memory/memory_object_index.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_event_outbox.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "contract/faults.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  void add_bucket(const Bucket&) {}
  MemoryEventOutbox outbox;
  MemoryObjectIndex index{&outbox};
};

struct SqliteKit {
  void add_bucket(const Bucket& bucket) {
    auto tenant = samples::tenant();
    tenant.id = bucket.tenant;
    run_task(catalog.add_tenant({}, tenant, samples::key(tenant.id)));
    auto domain = samples::domain(tenant.id);
    domain.id = bucket.domain;
    run_task(catalog.add_domain({}, domain));
    run_task(catalog.add_bucket({}, bucket));
    run_task(outbox.forget({}, samples::at(1'000'000), 9));  // what was told of these
  }

  TempDir folder{TempDir::Medium::memory};
  Database database{folder / "calotype.db"};
  SqliteCatalog catalog{database};
  SqliteObjectIndex index{database};
  SqliteEventOutbox outbox{database};
};

bool is_same(const Webhook& a, const Webhook& b) {
  const auto of = [](const Webhook& w) {
    return std::tie(w.id, w.tenant, w.url, w.types, w.secret, w.is_active, w.created);
  };
  return of(a) == of(b);
}

template <class Kit>
class EventOutboxContract : public ::testing::Test {
 protected:
  EventOutboxContract() { kit.add_bucket(bucket); }

  Webhook hook(std::vector<std::string> types = {}, int second = 0) {
    const Webhook webhook{.id = WebhookId::random(),
                          .tenant = bucket.tenant,
                          .url = "https://hooks.example/" + std::to_string(second),
                          .types = std::move(types),
                          .secret = "whsec_AAAA",
                          .is_active = true,
                          .created = samples::at(second)};
    run_task(outbox.add_webhook({}, webhook, 10));
    return webhook;
  }
  void create(const std::string& name, int second = 0) {
    run_task(kit.index.add({}, samples::object(bucket, name, second)));
  }
  void remove(const std::string& name, int second) {
    run_task(kit.index.remove({}, bucket.id, name, samples::at(second)));
  }
  std::vector<StoredEvent> events(const std::string& type = "") {
    return run_task(outbox.list_events({}, {.tenant = bucket.tenant, .type = type}));
  }
  /// "object.created a" of what is due.
  std::vector<std::string> due(int second, std::size_t most_of_one = 100, std::size_t most = 100) {
    std::vector<std::string> lines;
    last_due = run_task(outbox.due({}, samples::at(second), most_of_one, most));
    for (const auto& one : last_due) {
      lines.push_back(one.event.type + " " + one.event.subject.substr(one.event.subject.rfind('/') + 1));
    }
    return lines;
  }
  Attempt success(const Delivery& delivery) {
    return {.webhook = delivery.webhook.id, .event = delivery.event.sequence, .when = samples::at(0)};
  }
  /// Not again before then; dead where the event is from before `dead_before`.
  Attempt failure(const Delivery& delivery, int next, int dead_before = -1000) {
    auto attempt = success(delivery);
    attempt.error = "no connection";
    attempt.next = samples::at(next);
    attempt.dead_before = samples::at(dead_before);
    return attempt;
  }
  void settle(Attempt attempt) { run_task(outbox.settle({}, std::move(attempt))); }

  Kit kit;
  EventOutbox& outbox = kit.outbox;
  Bucket bucket = samples::bucket(samples::domain(TenantId::random()));
  std::vector<Delivery> last_due;
};

using Lines = std::vector<std::string>;
using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(EventOutboxContract, Kits);

TYPED_TEST(EventOutboxContract, FollowsTheEventsOfAllTenants) {
  EXPECT_EQ(run_task(this->outbox.last_sequence({})), 0);
  const auto other = samples::bucket(samples::domain(TenantId::random()), "other");
  this->kit.add_bucket(other);
  this->create("a", 1);
  run_task(this->kit.index.add({}, samples::object(other, "b", 2)));
  this->create("c", 3);

  const auto all = run_task(this->outbox.follow({}, 0, 10));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].tenant, other.tenant);
  EXPECT_EQ(all[2].subject, fmt::format("buckets/{}/objects/c", this->bucket.id.text()));
  EXPECT_EQ(run_task(this->outbox.last_sequence({})), all[2].sequence);
  const auto rest = run_task(this->outbox.follow({}, all[0].sequence, 1));
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].sequence, all[1].sequence);
}

TYPED_TEST(EventOutboxContract, ListsEventsOfATenantByTheirNumber) {
  this->create("a", 1);
  this->create("b", 2);
  this->remove("a", 3);
  const auto all = this->events();

  ASSERT_EQ(all.size(), 3U);
  EXPECT_LT(all[0].sequence, all[1].sequence);
  EXPECT_EQ(all[2].type, "object.deleted");
  EXPECT_EQ(all[2].time, samples::at(3));
  EXPECT_EQ(this->events("object.created").size(), 2U);
  const auto page =
      run_task(this->outbox.list_events({}, {.tenant = this->bucket.tenant, .after = all[0].sequence, .most = 1}));
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].id, all[1].id);
  EXPECT_TRUE(run_task(this->outbox.list_events({}, {.tenant = TenantId::random()})).empty());
  EXPECT_TRUE(run_task(this->outbox.find_event({}, this->bucket.tenant, all[0].id)));
  EXPECT_FALSE(run_task(this->outbox.find_event({}, TenantId::random(), all[0].id)));
}

TYPED_TEST(EventOutboxContract, KeepsWebhooksOfATenant) {
  const auto first = this->hook({"object.created", "object.deleted"}, 1);
  const auto second = this->hook({}, 2);
  const auto all = run_task(this->outbox.list_webhooks({}, this->bucket.tenant));

  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(is_same(all[0], first));
  EXPECT_TRUE(is_same(all[1], second));
  EXPECT_FALSE(run_task(this->outbox.find_webhook({}, TenantId::random(), first.id)));
  auto changed = first;
  changed.url = "https://elsewhere.example/";
  changed.types.clear();
  changed.is_active = false;
  EXPECT_TRUE(run_task(this->outbox.change_webhook({}, changed)));
  EXPECT_TRUE(is_same(*run_task(this->outbox.find_webhook({}, this->bucket.tenant, first.id)), changed));
  EXPECT_FALSE(run_task(this->outbox.remove_webhook({}, TenantId::random(), first.id)));
  EXPECT_TRUE(run_task(this->outbox.remove_webhook({}, this->bucket.tenant, first.id)));
  EXPECT_FALSE(run_task(this->outbox.remove_webhook({}, this->bucket.tenant, first.id)));
  EXPECT_FALSE(run_task(this->outbox.change_webhook({}, changed)));
  EXPECT_EQ(fault_of(this->outbox.add_webhook({}, first, 1)), Fault::conflict) << "there is one already";
}

TYPED_TEST(EventOutboxContract, TellsEachWhoWantsTheTypeFromThenOn) {
  this->create("before");
  this->hook({"object.deleted"}, 1);
  this->create("a");
  this->remove("a", 5);

  EXPECT_EQ(this->due(9), Lines{"object.deleted a"});
  this->settle(this->success(this->last_due[0]));
  EXPECT_EQ(this->due(9), Lines{});
}

TYPED_TEST(EventOutboxContract, OfOneSubjectTheOldestComesFirst) {
  this->hook();
  this->create("a");
  this->remove("a", 1);
  this->create("b", 2);

  EXPECT_EQ(this->due(9), (Lines{"object.created a", "object.created b"}));
  const auto first = this->last_due[0];
  this->settle(this->failure(first, 20));
  EXPECT_EQ(this->due(19), Lines{"object.created b"}) << "nothing of the subject passes by";
  EXPECT_EQ(this->due(20), (Lines{"object.created a", "object.created b"}));
  EXPECT_EQ(this->last_due[0].attempts, 1);
  this->settle(this->success(first));
  EXPECT_EQ(this->due(20), (Lines{"object.deleted a", "object.created b"}));
}

TYPED_TEST(EventOutboxContract, GivesOnlySoMany) {
  this->hook({}, 1);
  this->hook({}, 2);
  for (const auto* name : {"a", "b", "c"}) this->create(name);

  EXPECT_EQ(this->due(9, 2, 100).size(), 4U);
  EXPECT_EQ(this->due(9, 2, 3).size(), 3U);
}

TYPED_TEST(EventOutboxContract, AWebhookThatPausesIsLeftAloneUntilItIsChanged) {
  const auto webhook = this->hook();
  this->create("a");
  this->create("b");
  this->due(9);
  auto attempt = this->failure(this->last_due[0], 100);
  attempt.pauses = true;
  this->settle(attempt);

  EXPECT_EQ(this->due(99), Lines{});
  EXPECT_EQ(this->due(100).size(), 2U);
  run_task(this->outbox.change_webhook({}, webhook));
  EXPECT_EQ(this->due(50), Lines{"object.created b"});
}

TYPED_TEST(EventOutboxContract, WhatFailsTooLongIsADeadLetter) {
  const auto webhook = this->hook();
  this->create("a", 5);
  this->remove("a", 6);
  this->due(9);
  this->settle(this->failure(this->last_due[0], 10, 6));
  const auto dead = [&] { return run_task(this->outbox.dead_letters({}, webhook.id, 0, 10)); };

  ASSERT_EQ(dead().size(), 1U);
  EXPECT_EQ(dead()[0].error, "no connection");
  EXPECT_EQ(dead()[0].attempts, 1);
  EXPECT_EQ(this->due(10), Lines{"object.deleted a"}) << "the next of the subject goes on";
  EXPECT_EQ(run_task(this->outbox.replay_dead({}, webhook.id, samples::at(30), 10)), 1U);
  EXPECT_TRUE(dead().empty());
  EXPECT_EQ(this->due(30), Lines{"object.created a"});
  EXPECT_EQ(this->last_due[0].attempts, 0);
}

TYPED_TEST(EventOutboxContract, ReplaysWhatHappenedBetween) {
  const auto webhook = this->hook({"object.created"});
  for (int i = 1; i < 5; ++i) this->create(std::to_string(i), i);
  this->remove("2", 2);
  while (!this->due(9).empty()) {
    for (const auto& one : this->last_due) this->settle(this->success(one));
  }

  EXPECT_EQ(run_task(this->outbox.replay_range({}, webhook, samples::at(2), samples::at(4), samples::at(9), 10)), 2U);
  EXPECT_EQ(this->due(9), (Lines{"object.created 2", "object.created 3"}));
  EXPECT_EQ(run_task(this->outbox.replay_range({}, webhook, samples::at(0), samples::at(9), samples::at(9), 1)), 1U);
  const auto event = this->events()[3];
  EXPECT_EQ(run_task(this->outbox.replay_event({}, event, samples::at(9))), 1U);
  EXPECT_EQ(this->due(9).size(), 4U);
}

TYPED_TEST(EventOutboxContract, ForgetsOldEventsAndWhatWasToBeTold) {
  this->hook();
  for (int i = 1; i < 4; ++i) this->create(std::to_string(i), i);

  EXPECT_EQ(run_task(this->outbox.forget({}, samples::at(3), 1)), 1U);
  EXPECT_EQ(run_task(this->outbox.forget({}, samples::at(3), 10)), 1U);
  EXPECT_EQ(run_task(this->outbox.forget({}, samples::at(3), 10)), 0U);
  EXPECT_EQ(this->events().size(), 1U);
  EXPECT_EQ(this->due(9), Lines{"object.created 3"});
}

}  // namespace
}  // namespace calotype
