#include "resilience/tiny_lfu.h"

#include <memory>
#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace calotype::resilience {
namespace {

struct Tens {
  int operator()(int key) const { return key / 10; }
};
using Cache = TinyLfu<int, int, Tens>;

constexpr std::size_t kCharge = Cache::charge_of(1000);

/// Room for `n` values of 1,000 bytes.
std::size_t room(std::size_t n) { return n * kCharge; }

void ask(Cache& cache, int key) {
  if (!cache.get(key)) cache.put(key, key, 1000);
}

std::vector<std::pair<int, int>> group_of(const Cache& cache, int group) {
  std::vector<std::pair<int, int>> found;
  cache.visit_group(group, SIZE_MAX, [&](int key, int value) { found.emplace_back(key, value); });
  return found;
}

TEST(TinyLfu, GivesBackWhatItKeeps) {
  Cache cache(room(10));
  cache.put(1, 11, 1000);
  EXPECT_EQ(cache.get(1), 11);
  EXPECT_EQ(cache.get(2), std::nullopt);
  EXPECT_EQ(cache.used_bytes(), kCharge);
}

TEST(TinyLfu, StaysWithinItsBytes) {
  Cache cache(room(50));
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const auto key = static_cast<int>(random() % 500);
    if (!cache.get(key)) cache.put(key, key, 500 + random() % 2000);
    ASSERT_LE(cache.used_bytes(), room(50));
  }
  EXPECT_GT(cache.used_bytes(), room(45)) << "and makes use of them";
}

TEST(TinyLfu, IsNotWashedOutByACrawler) {
  Cache cache(room(100));
  for (int round = 0; round < 4; ++round) {
    for (int key = 0; key < 80; ++key) ask(cache, key);
  }
  // Ten of the crawler's for one of somebody else's: the last used 100 would hold none of these.
  int hits = 0;
  for (int i = 0; i < 20'000; ++i) {
    ask(cache, 1000 + i);
    if (i % 10 == 0) hits += cache.get(i / 10 % 80).has_value();
  }
  EXPECT_GE(hits, 1900) << "of 2000";
}

TEST(TinyLfu, LetsInWhatIsAskedForMoreOften) {
  Cache cache(room(100));
  for (int key = 0; key < 200; ++key) ask(cache, key);
  for (int round = 0; round < 8; ++round) {
    for (int key = 1000; key < 1050; ++key) ask(cache, key);
  }
  int kept = 0;
  for (int key = 1000; key < 1050; ++key) kept += cache.get(key).has_value();
  EXPECT_GE(kept, 48);
}

/// What a plain LRU of the same size would have had.
TEST(TinyLfu, HasMoreOfAZipfTrafficThanTheLastUsed) {
  Cache cache(room(200));
  std::list<int> lru;
  std::mt19937 random(5);
  std::vector<double> weights;
  for (int i = 1; i <= 5000; ++i) weights.push_back(1.0 / i);
  std::discrete_distribution<int> zipf(weights.begin(), weights.end());
  int hits = 0;
  int lru_hits = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto key = zipf(random);
    hits += cache.get(key).has_value();
    ask(cache, key);
    const auto found = std::find(lru.begin(), lru.end(), key);
    lru_hits += found != lru.end();
    if (found != lru.end()) lru.erase(found);
    lru.push_front(key);
    if (lru.size() > 200) lru.pop_back();
  }
  EXPECT_GT(hits, lru_hits * 1.05) << lru_hits;
}

TEST(TinyLfu, DoesNotKeepWhatAloneIsTooLarge) {
  Cache cache(room(2));
  cache.put(1, 1, 1000);
  cache.put(2, 2, room(2));
  cache.put(3, 3, SIZE_MAX);
  EXPECT_EQ(cache.count(), 1U) << "and forgets nothing for it";
  cache.put(1, 4, SIZE_MAX);
  EXPECT_EQ(cache.get(1), std::nullopt) << "but the old value of the key is gone";
}

TEST(TinyLfu, ReplacesAValueAndItsCharge) {
  Cache cache(room(10));
  cache.put(1, 1, 1000);
  cache.put(1, 2, 2000);
  EXPECT_EQ(cache.get(1), 2);
  EXPECT_EQ(cache.count(), 1U);
  EXPECT_EQ(cache.used_bytes(), Cache::charge_of(2000));
}

TEST(TinyLfu, FindsAndForgetsAGroup) {
  Cache cache(room(100));
  for (int key = 0; key < 30; ++key) ask(cache, key);
  EXPECT_EQ(group_of(cache, 1).size(), 10U);
  EXPECT_TRUE(cache.erase(15));
  EXPECT_FALSE(cache.erase(15));
  EXPECT_EQ(group_of(cache, 1).size(), 9U);

  EXPECT_EQ(cache.erase_group(1), 9U);
  EXPECT_EQ(cache.erase_group(1), 0U);

  EXPECT_TRUE(group_of(cache, 1).empty());
  EXPECT_EQ(cache.count(), 20U);
  EXPECT_EQ(group_of(cache, 2).size(), 10U);
}

TEST(TinyLfu, KeepsGroupsRightWhileValuesComeAndGo) {
  Cache cache(room(40));
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    ask(cache, static_cast<int>(random() % 300));
    if (i % 97 == 0) cache.erase_group(static_cast<int>(random() % 30));
  }
  std::size_t all = 0;
  for (int group = 0; group < 30; ++group) {
    for (const auto& [key, value] : group_of(cache, group)) {
      EXPECT_EQ(key / 10, group);
      EXPECT_EQ(cache.get(key), value);
      ++all;
    }
  }
  EXPECT_EQ(all, cache.count());
}

TEST(TinyLfu, MayBeUsedByManyThreads) {
  Cache cache(room(20));
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 5000; ++i) {
        ask(cache, (i * 7 + t) % 60);
        if (i % 50 == 0) cache.erase_group(i % 6);
      }
    });
  }
  threads.clear();
  EXPECT_LE(cache.used_bytes(), room(20));
}

}  // namespace
}  // namespace calotype::resilience
