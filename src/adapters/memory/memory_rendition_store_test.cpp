#include "adapters/memory/memory_rendition_store.h"

#include <gtest/gtest.h>

#include "support/run_task.h"

namespace calotype {
namespace {

RenditionKey key_of(int number) { return Digest::of(std::to_string(number)); }

Rendition picture(std::size_t bytes) {
  return {.body = Bytes::from(std::string(bytes, 'x')), .format = ImageFormat::webp, .size = {.width = 3, .height = 2}};
}

TEST(MemoryRenditionStore, StaysWithinItsBytes) {
  constexpr std::size_t kCost = 1000 + MemoryRenditionStore::kOverheadBytes;
  MemoryRenditionStore store(40 * kCost);

  for (int i = 0; i < 100; ++i) run_task(store.put({}, key_of(i), picture(1000)));

  EXPECT_EQ(store.count(), 40U);
  EXPECT_EQ(store.size_bytes(), 40 * kCost);
}

TEST(MemoryRenditionStore, KeepsNothingThatCostsMoreThanAnEighth) {
  MemoryRenditionStore store(8 * (1000 + MemoryRenditionStore::kOverheadBytes));

  run_task(store.put({}, key_of(1), picture(1001)));

  EXPECT_EQ(store.count(), 0U);
  EXPECT_EQ(store.size_bytes(), 0U);
}

TEST(MemoryRenditionStore, ChargesAReplacedOneOnce) {
  MemoryRenditionStore store(80'000);
  run_task(store.put({}, key_of(1), picture(1000)));

  run_task(store.put({}, key_of(1), picture(2000)));

  EXPECT_EQ(store.count(), 1U);
  EXPECT_EQ(store.size_bytes(), 2000 + MemoryRenditionStore::kOverheadBytes);
}

}  // namespace
}  // namespace calotype
