#include "resilience/lru.h"

#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "core/fake_clock.h"

namespace calotype::resilience {
namespace {

using Cache = Lru<std::string, int>;

/// Room for `n` values of 1,000 bytes and not one more.
std::size_t room(std::size_t n) { return n * Cache::charge_of(1000) + 500; }

TEST(Lru, ForgetsWhatWasNotUsedTheLongest) {
  const FakeClock clock;
  Cache cache(room(2), clock);
  cache.put("a", 1, 1000);
  cache.put("b", 2, 1000);
  cache.get("a");

  cache.put("c", 3, 1000);

  EXPECT_EQ(cache.get("a"), 1);
  EXPECT_EQ(cache.get("b"), std::nullopt);
  EXPECT_EQ(cache.get("c"), 3);
  EXPECT_EQ(cache.used_bytes(), 2 * Cache::charge_of(1000));
}

TEST(Lru, MakesRoomForALargeOne) {
  const FakeClock clock;
  Cache cache(room(3), clock);
  for (const auto* key : {"a", "b", "c"}) cache.put(key, 1, 1000);

  EXPECT_TRUE(cache.put("d", 4, 2500));

  EXPECT_EQ(cache.count(), 2U) << "two had to go";
  EXPECT_EQ(cache.get("c"), 1);
  EXPECT_EQ(cache.get("d"), 4);
}

TEST(Lru, DoesNotKeepWhatAloneIsTooLarge) {
  const FakeClock clock;
  Cache cache(room(2), clock);
  cache.put("a", 1, 1000);
  cache.put("b", 2, 1000);

  EXPECT_FALSE(cache.put("c", 3, room(2)));
  EXPECT_FALSE(cache.put("c", 3, SIZE_MAX));
  EXPECT_EQ(cache.count(), 2U) << "and forgets nothing for it";
  EXPECT_FALSE(cache.put("a", 4, SIZE_MAX));
  EXPECT_EQ(cache.get("a"), std::nullopt) << "but the old value of the key is gone";
}

TEST(Lru, ReplacesAValueAndItsCharge) {
  const FakeClock clock;
  Cache cache(room(4), clock);
  cache.put("a", 1, 3000);
  cache.put("a", 2, 10);

  EXPECT_EQ(cache.get("a"), 2);
  EXPECT_EQ(cache.used_bytes(), Cache::charge_of(10));
}

TEST(Lru, BoundsManyEmptyValues) {
  const FakeClock clock;
  Cache cache(10'000, clock);
  for (int i = 0; i < 10'000; ++i) cache.put(std::to_string(i), i, 0);

  EXPECT_LE(cache.count(), 10'000 / Cache::kPlaceBytes);
}

TEST(Lru, ForgetsWhatHasExpired) {
  FakeClock clock;
  Cache cache(room(2), clock);
  cache.put("a", 1, 10, clock.steady() + Seconds(5));

  clock.advance(Milliseconds(4999));
  EXPECT_EQ(cache.get("a"), 1);
  clock.advance(Milliseconds(1));
  EXPECT_EQ(cache.get("a"), std::nullopt);
  EXPECT_EQ(cache.used_bytes(), 0U);
  EXPECT_FALSE(cache.put("b", 1, 10, clock.steady()));
}

TEST(Lru, ErasesAndClears) {
  const FakeClock clock;
  Cache cache(room(3), clock);
  cache.put("a", 1, 10);
  cache.put("b", 2, 10);

  EXPECT_TRUE(cache.erase("a"));
  EXPECT_FALSE(cache.erase("a"));
  EXPECT_EQ(cache.count(), 1U);
  cache.clear();
  EXPECT_EQ(cache.get("b"), std::nullopt);
  EXPECT_EQ(cache.used_bytes(), 0U);
}

TEST(Lru, LetsGoOfValues) {
  const FakeClock clock;
  Lru<int, std::shared_ptr<int>> cache(2000, clock);
  auto value = std::make_shared<int>(1);
  cache.put(1, value, 1000);
  cache.put(2, nullptr, 1000);

  EXPECT_EQ(value.use_count(), 1);
}

TEST(Lru, StaysWithinItsBoundsUnderManyThreads) {
  const FakeClock clock;
  Lru<int, int> cache(20'000, clock);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5'000; ++i) {
        const int key = (i * 7 + t) % 100;
        cache.put(key, key * 2, static_cast<std::size_t>(key) * 10);
        const auto found = cache.get((key + 50) % 100);
        if (found && *found != (key + 50) % 100 * 2) ++wrong;
        if (i % 16 == 0) cache.erase(key);
      }
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(wrong, 0);
  EXPECT_LE(cache.used_bytes(), 20'000U);
}

}  // namespace
}  // namespace calotype::resilience
