#include "resilience/ttl_cache.h"

#include <string>

#include <gtest/gtest.h>

namespace calotype::resilience {

namespace {

using Cache = TtlCache<std::string, int>;

Cache::Entry entry(int value) {
  return {.value = std::make_shared<const int>(value), .stored = {}, .until = SteadyTime::max()};
}

}  // namespace

TEST(TtlCache, PushesOutWhatWasUsedLeastRecently) {
  Cache cache(2);
  cache.put("a", entry(1), 0);
  cache.put("b", entry(2), 0);
  cache.find("a");

  cache.put("c", entry(3), 0);

  EXPECT_EQ(cache.size(), 2U);
  EXPECT_TRUE(cache.find("a").value);
  EXPECT_FALSE(cache.find("b").value);
}

TEST(TtlCache, DoesNotTakeWhatWasReadBeforeAnErase) {
  Cache cache(2);
  const auto generation = cache.generation();
  cache.erase("a");

  cache.put("a", entry(1), generation);

  EXPECT_FALSE(cache.find("a").value);
}

TEST(TtlCache, ShowsThatWhatWasThereBeforeHasRunOut) {
  Cache cache(3);
  cache.put("a", entry(1), 0);
  const auto before = cache.generation();
  cache.expire();

  cache.put("b", entry(2), before);
  cache.put("c", entry(3), cache.generation());

  EXPECT_EQ(*cache.find("a").value, 1) << "it is still there to fall back on";
  EXPECT_EQ(cache.find("a").until, SteadyTime::min());
  EXPECT_FALSE(cache.find("b").value) << "it was read before";
  EXPECT_EQ(cache.find("c").until, SteadyTime::max());
  cache.put("a", entry(4), cache.generation());
  EXPECT_EQ(cache.find("a").until, SteadyTime::max());
}

TEST(TtlCache, ReplacesAnEntry) {
  Cache cache(2);
  cache.put("a", entry(1), 0);
  cache.put("a", entry(2), 0);

  EXPECT_EQ(*cache.find("a").value, 2);
  EXPECT_EQ(cache.size(), 1U);
}

}  // namespace calotype::resilience
