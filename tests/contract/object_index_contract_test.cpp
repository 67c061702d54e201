// What every ObjectIndex promises.

#include <gtest/gtest.h>

#include <random>

#include "adapters/memory/memory_object_index.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_event_outbox.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "contract/equal.h"
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

template <class Kit>
class ObjectIndexContract : public ::testing::Test {
 protected:
  Bucket add_bucket(std::string alias) {
    const auto added = samples::bucket(samples::domain(TenantId::random()), std::move(alias));
    kit.add_bucket(added);
    return added;
  }

  Kit kit;
  ObjectIndex& index = kit.index;
  Bucket bucket = add_bucket("pictures");
};

using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(ObjectIndexContract, Kits);

TYPED_TEST(ObjectIndexContract, GivesBackAnObjectAsItWas) {
  const auto object = samples::object(this->bucket);

  run_task(this->index.add({}, object));

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, object.name)), object));
}

TYPED_TEST(ObjectIndexContract, GivesBackAnObjectThatIsNoPicture) {
  auto object = samples::object(this->bucket);
  object.info.reset();
  object.focal.reset();

  run_task(this->index.add({}, object));

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, object.name)), object));
}

TYPED_TEST(ObjectIndexContract, FindsAnObjectInItsBucketUnderItsVeryName) {
  const auto other = this->add_bucket("others");
  run_task(this->index.add({}, samples::object(this->bucket, "a/b.jpg")));

  EXPECT_FALSE(run_task(this->index.find({}, other.id, "a/b.jpg")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "a/B.jpg")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "a/b.jpg ")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "a/b.jp")).has_value());
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "")).has_value());
}

TYPED_TEST(ObjectIndexContract, TakesNamesOfAnyBytes) {
  const std::vector<std::string> names{std::string("nul\0in", 6), "nul", "'; DROP TABLE objects; --", "%",
                                       std::string(1024, 'n')};
  for (const auto& name : names) run_task(this->index.add({}, samples::object(this->bucket, name)));

  for (const auto& name : names) {
    const auto found = run_task(this->index.find({}, this->bucket.id, name));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->name, name);
    EXPECT_EQ(found->content, Digest::of("content of " + name));
  }
}

TYPED_TEST(ObjectIndexContract, KeepsTheFirstObjectOfAName) {
  const auto first = samples::object(this->bucket);
  auto second = first;
  second.content = Digest::of("something else");
  run_task(this->index.add({}, first));

  EXPECT_EQ(fault_of(this->index.add({}, second)), Fault::conflict);

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, first.name)), first));
}

TYPED_TEST(ObjectIndexContract, ReplacesADeletedObject) {
  const auto first = samples::object(this->bucket);
  auto second = samples::object(this->bucket, first.name, 9);
  second.content = Digest::of("something else");
  second.info.reset();
  run_task(this->index.add({}, first));
  run_task(this->index.mark_deleted({}, this->bucket.id, first.name, samples::at(5)));

  run_task(this->index.add({}, second));

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, first.name)), second));
}

TYPED_TEST(ObjectIndexContract, HidesADeletedObjectAndDeletesItOnce) {
  const auto object = samples::object(this->bucket);
  run_task(this->index.add({}, object));

  EXPECT_TRUE(run_task(this->index.mark_deleted({}, this->bucket.id, object.name, samples::at(5))));

  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, object.name)).has_value());
  EXPECT_FALSE(run_task(this->index.mark_deleted({}, this->bucket.id, object.name, samples::at(6))));
  EXPECT_FALSE(run_task(this->index.mark_deleted({}, this->bucket.id, "none", samples::at(6))));
}

TYPED_TEST(ObjectIndexContract, RemovesForGoodWhetherDeletedOrNot) {
  run_task(this->index.add({}, samples::object(this->bucket, "live")));
  run_task(this->index.add({}, samples::object(this->bucket, "dead")));
  run_task(this->index.mark_deleted({}, this->bucket.id, "dead", samples::at(5)));

  EXPECT_TRUE(run_task(this->index.remove({}, this->bucket.id, "live", samples::at(9))));
  EXPECT_TRUE(run_task(this->index.remove({}, this->bucket.id, "dead", samples::at(9))));

  EXPECT_FALSE(run_task(this->index.remove({}, this->bucket.id, "live", samples::at(9))));
  EXPECT_FALSE(run_task(this->index.remove({}, this->bucket.id, "dead", samples::at(9))));
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "live")).has_value());
}

TYPED_TEST(ObjectIndexContract, LetsOneOfManyTakeAName) {
  constexpr int kCallers = 20;
  std::vector<Task<>> adds;
  for (int i = 0; i < kCallers; ++i) adds.push_back(this->index.add({}, samples::object(this->bucket, "wanted", i)));

  const auto thrown = run_all(std::move(adds));

  EXPECT_EQ(std::count(thrown.begin(), thrown.end(), nullptr), 1);
  EXPECT_TRUE(run_task(this->index.find({}, this->bucket.id, "wanted")).has_value());
}

TYPED_TEST(ObjectIndexContract, RestoresWhatWasDeletedNotTooLongAgo) {
  const auto object = samples::object(this->bucket);
  const auto restore = [&](const std::string& name, int deleted_after) {
    return run_task(this->index.restore({}, this->bucket.id, name, samples::at(9), samples::at(deleted_after)));
  };
  run_task(this->index.add({}, object));
  EXPECT_EQ(restore(object.name, 0), Restored::taken);
  EXPECT_EQ(restore("none", 0), Restored::missing);
  run_task(this->index.mark_deleted({}, this->bucket.id, object.name, samples::at(5)));

  EXPECT_EQ(restore(object.name, 5), Restored::missing) << "too long ago";
  EXPECT_EQ(restore(object.name, 4), Restored::done);

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, object.name)), object));
}

TYPED_TEST(ObjectIndexContract, DoesNotRestoreWhatHasExpired) {
  auto object = samples::object(this->bucket);
  object.expires = samples::at(9);
  run_task(this->index.add({}, object));
  run_task(this->index.mark_deleted({}, this->bucket.id, object.name, samples::at(5)));

  EXPECT_EQ(run_task(this->index.restore({}, this->bucket.id, object.name, samples::at(9), samples::at(0))),
            Restored::missing);
}

TYPED_TEST(ObjectIndexContract, ChangesOnlyTheContentThatIsMeant) {
  const auto object = samples::object(this->bucket);
  const auto other = Digest::of("other");
  const auto id = this->bucket.id;
  run_task(this->index.add({}, object));

  EXPECT_FALSE(run_task(this->index.set_metadata({}, id, object.name, std::nullopt, "", samples::at(5), other)));
  EXPECT_FALSE(run_task(this->index.mark_deleted({}, id, object.name, samples::at(5), other)));
  EXPECT_FALSE(run_task(this->index.remove({}, id, object.name, samples::at(5), other)));
  EXPECT_TRUE(is_same(run_task(this->index.find({}, id, object.name)), object));

  EXPECT_TRUE(run_task(this->index.mark_deleted({}, id, object.name, samples::at(5), object.content)));
  EXPECT_TRUE(run_task(this->index.remove({}, id, object.name, samples::at(5), object.content)));
}

TYPED_TEST(ObjectIndexContract, ReplacesAnObjectOnlyWhenItsContentIsNamed) {
  const auto first = samples::object(this->bucket);
  auto second = samples::object(this->bucket, first.name, 9);
  second.content = Digest::of("something else");
  const auto refused = [&](Object object, AddTerms terms) {
    try {
      run_task(this->index.add({}, std::move(object), terms));
      return std::string("added");
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::conflict);
      return error.code();
    }
  };

  EXPECT_EQ(refused(second, {.replaces = first.content}), "precondition-failed") << "there is none";
  run_task(this->index.add({}, first));
  EXPECT_EQ(refused(second, {.replaces = second.content}), "precondition-failed");
  EXPECT_EQ(refused(second, {.replaces = first.content}), "added");
  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, first.name)), second));
  run_task(this->index.mark_deleted({}, this->bucket.id, first.name, samples::at(10)));
  EXPECT_EQ(refused(first, {.replaces = second.content}), "precondition-failed") << "it is deleted";
}

TYPED_TEST(ObjectIndexContract, WhatHasExpiredGivesWay) {
  auto first = samples::object(this->bucket);
  first.expires = samples::at(5);
  const auto early = samples::object(this->bucket, first.name, 4);
  const auto late = samples::object(this->bucket, first.name, 5);
  run_task(this->index.add({}, first));

  EXPECT_EQ(fault_of(this->index.add({}, early)), Fault::conflict);
  run_task(this->index.add({}, late));

  EXPECT_TRUE(is_same(run_task(this->index.find({}, this->bucket.id, first.name)), late));
}

TYPED_TEST(ObjectIndexContract, SetsMetadataAndRaisesTheGeneration) {
  auto object = samples::object(this->bucket);
  const auto id = this->bucket.id;
  run_task(this->index.add({}, object));

  EXPECT_TRUE(run_task(this->index.set_metadata({}, id, object.name, samples::at(77), R"({"a":"b"})", samples::at(5))));
  EXPECT_TRUE(run_task(this->index.uncache({}, id, object.name, samples::at(6))));
  EXPECT_TRUE(run_task(this->index.uncache({}, id, object.name, samples::at(6))));

  object.expires = samples::at(77);
  object.user_metadata = R"({"a":"b"})";
  object.generation += 2;
  EXPECT_TRUE(is_same(run_task(this->index.find({}, id, object.name)), object));
  run_task(this->index.mark_deleted({}, id, object.name, samples::at(7)));
  EXPECT_FALSE(run_task(this->index.set_metadata({}, id, object.name, std::nullopt, "", samples::at(8))));
  EXPECT_FALSE(run_task(this->index.uncache({}, id, object.name, samples::at(8))));
}

TYPED_TEST(ObjectIndexContract, RemovesWhatHasExpiredAndWhatWasDeletedLongAgoByAndBy) {
  for (int i = 0; i < 5; ++i) {
    auto object = samples::object(this->bucket, "old-" + std::to_string(i));
    object.expires = samples::at(10 + i);
    run_task(this->index.add({}, object));
    run_task(this->index.add({}, samples::object(this->bucket, "dead-" + std::to_string(i))));
    run_task(this->index.mark_deleted({}, this->bucket.id, "dead-" + std::to_string(i), samples::at(10 + i)));
  }

  EXPECT_EQ(run_task(this->index.remove_expired({}, samples::at(12), 2)).size(), 2U);
  EXPECT_EQ(run_task(this->index.remove_expired({}, samples::at(12), 2)),
            (std::vector<ObjectKey>{{this->bucket.id, "old-2"}}));
  EXPECT_TRUE(run_task(this->index.remove_expired({}, samples::at(12), 2)).empty());
  EXPECT_TRUE(run_task(this->index.find({}, this->bucket.id, "old-3")).has_value());

  EXPECT_EQ(run_task(this->index.remove_deleted({}, samples::at(12), samples::at(20), 9)).size(), 2U);
  EXPECT_TRUE(run_task(this->index.remove_deleted({}, samples::at(12), samples::at(20), 9)).empty());
  EXPECT_EQ(run_task(this->index.restore({}, this->bucket.id, "dead-1", samples::at(20), samples::at(0))),
            Restored::missing);
  EXPECT_EQ(run_task(this->index.restore({}, this->bucket.id, "dead-2", samples::at(20), samples::at(0))),
            Restored::done);
}

TYPED_TEST(ObjectIndexContract, LetsNobodyOverAQuota) {
  const auto add = [&](const std::string& name, std::uint64_t size, AddTerms terms) {
    auto object = samples::object(this->bucket, name);
    object.size_bytes = size;
    return fault_of(this->index.add({}, object, terms));
  };
  const AddTerms two_objects{.quotas = {.bucket = {.objects = 2}, .tenant = {}}};
  const AddTerms hundred_bytes{.quotas = {.bucket = {}, .tenant = {.bytes = 100}}};

  EXPECT_EQ(add("a", 60, two_objects), std::nullopt);
  EXPECT_EQ(add("b", 41, hundred_bytes), Fault::conflict);
  EXPECT_EQ(add("b", 40, hundred_bytes), std::nullopt);
  EXPECT_EQ(add("c", 0, two_objects), Fault::conflict);
  run_task(this->index.mark_deleted({}, this->bucket.id, "a", samples::at(5)));
  EXPECT_EQ(add("c", 0, two_objects), std::nullopt) << "what is deleted does not count";
  const auto restore = [&](Quotas quotas) {
    return fault_of(this->index.restore({}, this->bucket.id, "a", samples::at(6), samples::at(0), quotas));
  };
  EXPECT_EQ(restore(two_objects.quotas), Fault::conflict) << "but it does again when it is restored";
  EXPECT_FALSE(run_task(this->index.find({}, this->bucket.id, "a")).has_value());
  EXPECT_EQ(restore({}), std::nullopt);
}

TYPED_TEST(ObjectIndexContract, LetsManyAtOnceNoFurtherThanTheQuota) {
  constexpr int kCallers = 20;
  std::vector<Task<>> adds;
  for (int i = 0; i < kCallers; ++i) {
    adds.push_back(this->index.add({}, samples::object(this->bucket, "n" + std::to_string(i)),
                                   AddTerms{.quotas = {.bucket = {.objects = 7}, .tenant = {}}}));
  }

  const auto thrown = run_all(std::move(adds));

  EXPECT_EQ(std::count(thrown.begin(), thrown.end(), nullptr), 7);
}

/// All pages of a listing, in one.
ObjectPage all_of(ObjectIndex& index, ListAsk ask) {
  ObjectPage all;
  for (int i = 0; i < 1000; ++i) {
    auto page = run_task(index.list({}, ask));
    EXPECT_LE(page.objects.size() + page.prefixes.size(), ask.most);
    for (auto& object : page.objects) all.objects.push_back(std::move(object));
    for (auto& prefix : page.prefixes) all.prefixes.push_back(std::move(prefix));
    if (!page.next) return all;
    ask.after = *page.next;
  }
  ADD_FAILURE() << "the listing does not end";
  return all;
}

std::vector<std::string> names_of(const ObjectPage& page) {
  std::vector<std::string> names;
  for (const auto& object : page.objects) names.push_back(object.name);
  return names;
}

using Names = std::vector<std::string>;

TYPED_TEST(ObjectIndexContract, ListsByNameWhateverTheSizeOfAPage) {
  const auto other = this->add_bucket("others");
  const Names names{"a", "a.jpg", "a/1", "a/2", "a/b/3", "b", std::string("b\0", 2), "é", "\xf4\x8f\xbf\xbf"};
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    run_task(this->index.add({}, samples::object(this->bucket, *name)));
    run_task(this->index.add({}, samples::object(other, *name + "other")));
  }

  for (const std::size_t most : {1U, 2U, 3U, 9U, 1000U}) {
    const auto listed = [&](std::string prefix) {
      return names_of(all_of(this->index, {.bucket = this->bucket.id, .prefix = std::move(prefix), .most = most}));
    };
    EXPECT_EQ(listed(""), names) << most;
    EXPECT_EQ(listed("a"), (Names{"a", "a.jpg", "a/1", "a/2", "a/b/3"})) << most;
    EXPECT_EQ(listed("a/"), (Names{"a/1", "a/2", "a/b/3"})) << most;
    EXPECT_EQ(listed("b"), (Names{"b", std::string("b\0", 2)})) << most;
    EXPECT_EQ(listed("c"), Names{}) << most;
  }
  const auto whole = run_task(this->index.list({}, {.bucket = this->bucket.id, .most = names.size()}));
  EXPECT_FALSE(whole.next) << "nothing comes after the last";
}

TYPED_TEST(ObjectIndexContract, FoldsNamesAtTheDelimiter) {
  for (const auto* name : {"a", "a/1", "a/2", "a/b/3", "a0", "b/1", "c//1"}) {
    run_task(this->index.add({}, samples::object(this->bucket, name)));
  }

  for (const std::size_t most : {1U, 2U, 1000U}) {
    const auto listed = [&](std::string prefix, std::string delimiter) {
      return all_of(
          this->index,
          {.bucket = this->bucket.id, .prefix = std::move(prefix), .delimiter = std::move(delimiter), .most = most});
    };
    const auto top = listed("", "/");
    EXPECT_EQ(names_of(top), (Names{"a", "a0"})) << most;
    EXPECT_EQ(top.prefixes, (Names{"a/", "b/", "c/"})) << most;
    const auto below = listed("a/", "/");
    EXPECT_EQ(names_of(below), (Names{"a/1", "a/2"})) << most;
    EXPECT_EQ(below.prefixes, (Names{"a/b/"})) << most;
    EXPECT_EQ(listed("", "//").prefixes, (Names{"c//"})) << most;
  }
}

TYPED_TEST(ObjectIndexContract, ListsWhatIsAskedForByTimeAndState) {
  for (int i = 0; i < 6; ++i) {
    auto object = samples::object(this->bucket, std::to_string(i), i);
    if (i == 3) object.expires = samples::at(50);
    run_task(this->index.add({}, object));
  }
  run_task(this->index.mark_deleted({}, this->bucket.id, "1", samples::at(10)));
  const auto listed = [&](ListAsk ask) {
    ask.bucket = this->bucket.id;
    return names_of(all_of(this->index, ask));
  };

  EXPECT_EQ(listed({.now = samples::at(49)}), (Names{"0", "2", "3", "4", "5"}));
  EXPECT_EQ(listed({.now = samples::at(50)}), (Names{"0", "2", "4", "5"}));
  EXPECT_EQ(listed({.from = samples::at(2), .until = samples::at(4)}), (Names{"2", "3"}));
  EXPECT_EQ(listed({.shows_deleted = true}), (Names{"0", "1", "2", "3", "4", "5"}));
  const auto deleted =
      run_task(this->index.list({}, {.bucket = this->bucket.id, .prefix = "1", .shows_deleted = true}));
  ASSERT_EQ(deleted.objects.size(), 1U);
  EXPECT_EQ(deleted.objects[0].deleted, samples::at(10));
}

TYPED_TEST(ObjectIndexContract, AppendsTheEventOfEachChange) {
  auto object = samples::object(this->bucket, "a \"b\"");
  object.size_bytes = 7;
  const auto id = this->bucket.id;
  run_task(this->index.add({}, object));
  EXPECT_EQ(fault_of(this->index.add({}, object)), Fault::conflict);
  run_task(this->index.set_metadata({}, id, object.name, samples::at(60), "", samples::at(1)));
  run_task(this->index.uncache({}, id, object.name, samples::at(2)));
  run_task(this->index.mark_deleted({}, id, object.name, samples::at(3)));
  run_task(this->index.mark_deleted({}, id, object.name, samples::at(3)));
  run_task(this->index.restore({}, id, object.name, samples::at(4), samples::at(0)));
  run_task(this->index.remove_expired({}, samples::at(60), 9));
  run_task(this->index.add({}, object));
  run_task(this->index.mark_deleted({}, id, object.name, samples::at(61)));
  run_task(this->index.remove_deleted({}, samples::at(99), samples::at(99), 9));

  const auto events = run_task(this->kit.outbox.list_events({}, {.tenant = this->bucket.tenant}));
  Names types;
  for (const auto& event : events) {
    types.push_back(event.type);
    EXPECT_EQ(event.subject, "buckets/" + id.text() + "/objects/a \"b\"");
    EXPECT_TRUE(event.data.starts_with(R"({"bucket_id":")" + id.text() + R"(","object_id":"a \"b\"")")) << event.data;
  }
  EXPECT_EQ(types, (Names{"object.created", "object.changed", "object.uncached", "object.deleted", "object.restored",
                          "object.expired", "object.created", "object.deleted", "object.purged"}));
  EXPECT_EQ(events[0].time, object.created);
  EXPECT_TRUE(
      events[0].data.ends_with(R"(,"size":7,"md5":"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a","content_type":"image/avif"})"))
      << events[0].data;
}

/// Random changes, and after each the same answers as the model's. The seed stands in a failure's message.
TYPED_TEST(ObjectIndexContract, BehavesAsTheModelDoes) {
  constexpr unsigned kSeed = 20'260'131;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  MemoryObjectIndex model;
  for (int step = 0; step < 600; ++step) {
    const auto name = "name-" + std::to_string(random() % 8);
    const auto when = samples::at(step);
    switch (random() % 4) {
      case 0:
      case 1: {
        auto object = samples::object(this->bucket, name, step);
        object.size_bytes = random() % 1000;
        ASSERT_EQ(fault_of(this->index.add({}, object)), fault_of(model.add({}, object))) << step;
        break;
      }
      case 2:
        ASSERT_EQ(run_task(this->index.mark_deleted({}, this->bucket.id, name, when)),
                  run_task(model.mark_deleted({}, this->bucket.id, name, when)))
            << step;
        break;
      default:
        ASSERT_EQ(run_task(this->index.remove({}, this->bucket.id, name, samples::at(9))),
                  run_task(model.remove({}, this->bucket.id, name, samples::at(9))))
            << step;
    }
    const auto found = run_task(this->index.find({}, this->bucket.id, name));
    const auto expected = run_task(model.find({}, this->bucket.id, name));
    ASSERT_EQ(found.has_value(), expected.has_value()) << step;
    if (found) ASSERT_TRUE(is_same(*found, *expected)) << step;
  }
}

}  // namespace
}  // namespace calotype
