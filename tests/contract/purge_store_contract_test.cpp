// What every PurgeStore promises, and when an ObjectIndex beside it adds a purge.

#include <gtest/gtest.h>

#include "adapters/memory/memory_object_index.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_event_outbox.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "adapters/sqlite/sqlite_purge_store.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  void add_bucket(const Bucket&) {}
  MemoryEventOutbox outbox;
  MemoryPurgeStore purges{&outbox};
  MemoryObjectIndex index{&outbox, &purges};
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
  }

  TempDir folder{TempDir::Medium::memory};
  Database database{folder / "calotype.db"};
  SqliteCatalog catalog{database};
  SqliteEventOutbox outbox{database};
  SqlitePurgeStore purges{database};
  SqliteObjectIndex index{database};
};

template <class Kit>
class PurgeStoreContract : public ::testing::Test {
 protected:
  PurgeStoreContract() { kit.add_bucket(bucket); }

  Purge asked(std::string rule, int second) const {
    return {.id = PurgeId::random(),
            .tenant = bucket.tenant,
            .scope = Purge::Scope::rule,
            .subject = std::move(rule),
            .keys = {"rule-1", "rule-2"},
            .asked = samples::at(second)};
  }
  Object add(const std::string& name, int second = 1) {
    auto object = samples::object(bucket, name);
    object.content = Digest::of("content of " + name + std::to_string(second));
    object.created = samples::at(second);
    run_task(kit.index.add({}, object));
    return object;
  }
  std::vector<Purge> open() { return run_task(purges.open({}, 0, 100)); }
  std::vector<StoredEvent> told() {
    return run_task(kit.outbox.list_events({}, {.tenant = bucket.tenant, .type = "purge.done"}));
  }

  Kit kit;
  PurgeStore& purges = kit.purges;
  Bucket bucket = samples::bucket(samples::domain(TenantId::random()), "pictures");
};

using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(PurgeStoreContract, Kits);

TYPED_TEST(PurgeStoreContract, GivesBackAPurgeAsItWas) {
  const auto purge = this->asked("listing", 5);
  run_task(this->purges.add({}, purge));

  const auto found = run_task(this->purges.find({}, this->bucket.tenant, purge.id));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->scope, Purge::Scope::rule);
  EXPECT_EQ(found->reason, Purge::Reason::asked);
  EXPECT_EQ(found->subject, "listing");
  EXPECT_EQ(found->keys, purge.keys);
  EXPECT_EQ(found->asked, purge.asked);
  EXPECT_FALSE(found->bucket || found->content || found->done);
  EXPECT_GT(found->sequence, 0);
  EXPECT_FALSE(run_task(this->purges.find({}, TenantId::random(), purge.id))) << "another's";
  EXPECT_FALSE(run_task(this->purges.find({}, this->bucket.tenant, PurgeId::random())));
}

TYPED_TEST(PurgeStoreContract, ListsTheLatestFirst) {
  std::vector<PurgeId> ids;
  for (int i = 0; i < 5; ++i) {
    const auto purge = this->asked("rule", i);
    run_task(this->purges.add({}, purge));
    ids.insert(ids.begin(), purge.id);
  }
  auto other = this->asked("rule", 9);
  other.tenant = TenantId::random();
  run_task(this->purges.add({}, other));

  const auto first = run_task(this->purges.list({}, this->bucket.tenant, INT64_MAX, 3));
  const auto rest = run_task(this->purges.list({}, this->bucket.tenant, first.back().sequence, 3));

  std::vector<PurgeId> listed;
  for (const auto& page : {first, rest}) {
    for (const auto& purge : page) listed.push_back(purge.id);
  }
  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(listed, ids);
}

TYPED_TEST(PurgeStoreContract, NotesStepsAndTellsOfThem) {
  auto purge = this->asked("rule", 1);
  run_task(this->purges.add({}, purge));
  purge.cursor = "ab";
  purge.objects = 2;
  purge.renditions = 7;

  run_task(this->purges.note({}, {{.purge = purge, .keys = {"object-1"}}}, samples::at(2)));
  auto half = this->open();
  ASSERT_EQ(half.size(), 1U);
  EXPECT_EQ(half[0].cursor, "ab");
  EXPECT_EQ(half[0].renditions, 7U);

  purge.done = samples::at(3);
  run_task(this->purges.note({}, {{.purge = purge, .keys = {"object-2"}}}, samples::at(3)));
  run_task(this->purges.note({}, {{.purge = purge, .keys = {"object-2"}}}, samples::at(4)));

  EXPECT_TRUE(this->open().empty());
  EXPECT_EQ(run_task(this->purges.find({}, purge.tenant, purge.id))->done, samples::at(3));
  const auto events = this->told();
  ASSERT_EQ(events.size(), 2U) << "what is done is not noted again";
  EXPECT_EQ(events[0].subject, "purges/" + purge.id.text());
  EXPECT_NE(events[0].data.find(R"("surrogate_keys":["object-1"],"objects":2,"renditions":7,"complete":false)"),
            std::string::npos)
      << events[0].data;
  EXPECT_NE(events[1].data.find(R"("complete":true)"), std::string::npos);
}

TYPED_TEST(PurgeStoreContract, ForgetsReceiptsOfLongAgo) {
  for (int i = 0; i < 4; ++i) {
    auto purge = this->asked("rule", i);
    run_task(this->purges.add({}, purge));
    if (i == 3) break;
    purge.done = samples::at(10 + i);
    run_task(this->purges.note({}, {{.purge = purge, .keys = {}}}, samples::at(10 + i)));
  }

  EXPECT_EQ(run_task(this->purges.forget({}, samples::at(12), 1)), 1U);
  EXPECT_EQ(run_task(this->purges.forget({}, samples::at(12), 9)), 1U);
  EXPECT_EQ(run_task(this->purges.list({}, this->bucket.tenant, INT64_MAX, 9)).size(), 2U);
  EXPECT_EQ(this->open().size(), 1U);
}

TYPED_TEST(PurgeStoreContract, EveryEndOfAnOriginalIsPurged) {
  const auto deleted = this->add("deleted");
  const auto forced = this->add("forced");
  const auto uncached = this->add("uncached");
  auto replaced = this->add("replaced");
  EXPECT_TRUE(this->open().empty());

  run_task(this->kit.index.mark_deleted({}, this->bucket.id, "deleted", samples::at(5)));
  run_task(this->kit.index.remove({}, this->bucket.id, "forced", samples::at(6)));
  run_task(this->kit.index.uncache({}, this->bucket.id, "uncached", samples::at(7)));
  const auto old = replaced.content;
  replaced.content = Digest::of("new");
  replaced.created = samples::at(8);
  run_task(this->kit.index.add({}, replaced, {.quotas = {}, .replaces = old}));

  const auto purges = this->open();
  ASSERT_EQ(purges.size(), 4U);
  const auto expect = [&](std::size_t i, const char* name, Purge::Reason reason, ContentHash content, int second) {
    EXPECT_EQ(purges[i].scope, Purge::Scope::object);
    EXPECT_EQ(purges[i].subject, name);
    EXPECT_EQ(purges[i].reason, reason);
    EXPECT_EQ(purges[i].content, content);
    EXPECT_EQ(purges[i].bucket, this->bucket.id);
    EXPECT_EQ(purges[i].tenant, this->bucket.tenant);
    EXPECT_EQ(purges[i].asked, samples::at(second));
    EXPECT_EQ(purges[i].keys, std::vector<std::string>{surrogate_key(this->bucket.id, name)});
  };
  expect(0, "deleted", Purge::Reason::deleted, deleted.content, 5);
  expect(1, "forced", Purge::Reason::deleted, forced.content, 6);
  expect(2, "uncached", Purge::Reason::uncached, uncached.content, 7);
  expect(3, "replaced", Purge::Reason::replaced, old, 8);
  EXPECT_EQ(run_task(this->purges.find_latest({}, this->bucket.id, "forced"))->id, purges[1].id);
  EXPECT_FALSE(run_task(this->purges.find_latest({}, this->bucket.id, "none")));
  const auto rest = run_task(this->purges.open({}, purges[1].sequence, 1));
  ASSERT_EQ(rest.size(), 1U) << "a page";
  EXPECT_EQ(rest[0].id, purges[2].id);
}

TYPED_TEST(PurgeStoreContract, SoIsWhatExpires) {
  const auto first = this->add("first");
  const auto second = this->add("second");
  for (const auto* name : {"first", "second"}) {
    run_task(this->kit.index.set_metadata({}, this->bucket.id, name, samples::at(5), "", samples::at(2)));
  }
  // One is taken by another before the background work has come to it.
  this->add("second", 6);
  run_task(this->kit.index.remove_expired({}, samples::at(7), 10));

  const auto purges = this->open();
  ASSERT_EQ(purges.size(), 2U);
  EXPECT_EQ(purges[0].subject, "second");
  EXPECT_EQ(purges[0].content, second.content);
  EXPECT_EQ(purges[1].subject, "first");
  EXPECT_EQ(purges[1].content, first.content);
  for (const auto& purge : purges) EXPECT_EQ(purge.reason, Purge::Reason::expired);
}

TYPED_TEST(PurgeStoreContract, WhatWasDeletedIsNotPurgedAgainWhenItGoesForGood) {
  this->add("a");
  run_task(this->kit.index.mark_deleted({}, this->bucket.id, "a", samples::at(5)));
  run_task(this->kit.index.remove_deleted({}, samples::at(9), samples::at(9), 10));
  EXPECT_EQ(this->open().size(), 1U);
}

TYPED_TEST(PurgeStoreContract, AChangeThatDoesNotHappenPurgesNothing) {
  this->add("a");
  EXPECT_FALSE(run_task(this->kit.index.mark_deleted({}, this->bucket.id, "a", samples::at(5), Digest::of("other"))));
  EXPECT_FALSE(run_task(this->kit.index.remove({}, this->bucket.id, "none", samples::at(5))));
  EXPECT_FALSE(run_task(this->kit.index.uncache({}, this->bucket.id, "none", samples::at(5))));
  EXPECT_TRUE(this->open().empty());
}

TYPED_TEST(PurgeStoreContract, UncachesAPrefixStepByStep) {
  for (const auto* name : {"a", "ab/1", "ab/2", "ab/3", "ac", "b"}) this->add(name);
  run_task(this->kit.index.mark_deleted({}, this->bucket.id, "ab/2", samples::at(5)));

  const auto names = [](const std::vector<Uncached>& all) {
    std::vector<std::string> found;
    for (const auto& one : all) found.push_back(one.name);
    return found;
  };
  using Names = std::vector<std::string>;
  auto& index = this->kit.index;
  EXPECT_EQ(names(run_task(index.uncache_some({}, this->bucket.id, "ab", "", 1))), Names{"ab/1"});
  EXPECT_EQ(names(run_task(index.uncache_some({}, this->bucket.id, "ab", "ab/1", 9))), Names{"ab/3"});
  EXPECT_EQ(names(run_task(index.uncache_some({}, this->bucket.id, "", "", 9))),
            (Names{"a", "ab/1", "ab/3", "ac", "b"}));
  const auto before = samples::object(this->bucket).generation;
  EXPECT_EQ(run_task(index.find({}, this->bucket.id, "ab/1"))->generation, before + 2);
  EXPECT_EQ(run_task(index.find({}, this->bucket.id, "b"))->generation, before + 1);
}

TEST(PurgeStoreOfADatabase, ALeavingTenantsObjectsArePurged) {
  SqliteKit kit;
  const auto bucket = samples::bucket(samples::domain(TenantId::random()), "pictures");
  kit.add_bucket(bucket);
  for (const auto* name : {"a", "b", "c"}) run_task(kit.index.add({}, samples::object(bucket, name)));
  run_task(kit.catalog.begin_removal({}, bucket.tenant));
  while (run_task(kit.catalog.remove_some({}, bucket.tenant, 2, samples::at(5), samples::at(9))) > 0) continue;

  const auto purges = run_task(kit.purges.open({}, 0, 10));

  ASSERT_EQ(purges.size(), 3U);
  EXPECT_EQ(purges[0].content, samples::object(bucket, "a").content);
  EXPECT_EQ(purges[0].asked, samples::at(5));
}

}  // namespace
}  // namespace calotype
