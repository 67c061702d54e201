// What every RenditionStore promises.

#include <algorithm>

#include <gtest/gtest.h>

#include "adapters/files/file_rendition_store.h"
#include "adapters/memory/memory_rendition_store.h"
#include "contract/faults.h"
#include "delivery/remote_store.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  MemoryRenditionStore store{1 << 20};
};

struct FilesKit {
  TempDir folder{TempDir::Medium::memory};
  FileRenditionStore store{folder / "renditions", {.capacity_bytes = 1 << 20, .reserve_bytes = 0}};
};

/// What stands before a store of several processes.
struct RemoteKit {
  MemoryRenditionStore real{1 << 20};
  SystemClock clock;
  telemetry::Metrics metrics;
  delivery::RemoteStore store{real, clock, metrics, {.read = Milliseconds(10'000)}};
};

RenditionKey key_of(int number) { return Digest::of("key " + std::to_string(number)); }

Rendition picture(std::string body) {
  return {.body = Bytes::from(std::move(body)),
          .format = ImageFormat::gif,
          .size = {.width = 300, .height = 199},
          .frames = 12,
          .lineage = {.slot = Digest::of("slot"), .look = Digest::of("look")}};
}

template <class Kit>
class RenditionStoreContract : public ::testing::Test {
 protected:
  Kit kit;
  RenditionStore& store = kit.store;
};

using Kits = ::testing::Types<MemoryKit, FilesKit, RemoteKit>;
TYPED_TEST_SUITE(RenditionStoreContract, Kits);

TYPED_TEST(RenditionStoreContract, GivesBackARenditionAsItWas) {
  run_task(this->store.put({}, key_of(1), picture("pixels")));

  const auto found = run_task(this->store.get({}, key_of(1)));

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->body.text(), "pixels");
  EXPECT_EQ(found->format, ImageFormat::gif);
  EXPECT_EQ(found->size, (Size{.width = 300, .height = 199}));
  EXPECT_EQ(found->frames, 12);
  EXPECT_EQ(found->lineage, picture("").lineage);
}

TYPED_TEST(RenditionStoreContract, HasNothingUnderOtherKeys) {
  run_task(this->store.put({}, key_of(1), picture("pixels")));

  EXPECT_FALSE(run_task(this->store.get({}, key_of(2))).has_value());
}

TYPED_TEST(RenditionStoreContract, TakesTheSameKeyAgain) {
  run_task(this->store.put({}, key_of(1), picture("pixels")));
  run_task(this->store.put({}, key_of(1), picture("pixels, newly made")));

  EXPECT_EQ(run_task(this->store.get({}, key_of(1)))->body.text(), "pixels, newly made");
}

TYPED_TEST(RenditionStoreContract, KeepsARenditionReadableThatItForgot) {
  std::vector<std::optional<Rendition>> held;
  for (int i = 0; i < 40; ++i) {
    run_task(this->store.put({}, key_of(i), picture(std::string(50'000, 'p'))));
    held.push_back(run_task(this->store.get({}, key_of(i))));
  }

  int kept = 0;
  for (int i = 0; i < 40; ++i) kept += run_task(this->store.get({}, key_of(i))).has_value();
  EXPECT_GT(kept, 10);
  EXPECT_LE(kept, 20) << "a mebibyte holds no more";
  for (const auto& each : held) {
    if (each) EXPECT_EQ(each->body.text(), std::string(50'000, 'p'));
  }
}

TYPED_TEST(RenditionStoreContract, NeverThrowsForWhatDoesNotFit) {
  EXPECT_EQ(fault_of(this->store.put({}, key_of(1), picture(std::string(2 << 20, 'p')))), std::nullopt);

  EXPECT_FALSE(run_task(this->store.get({}, key_of(1))).has_value());
}

RenditionKey key_in(Family family, int number) {
  auto key = key_of(number);
  const auto first = first_key_of(family);
  std::copy_n(first.octets.begin(), sizeof family, key.octets.begin());
  return key;
}

std::vector<RenditionKey> keys_of(const std::vector<Relative>& relatives) {
  std::vector<RenditionKey> keys;
  for (const auto& relative : relatives) keys.push_back(relative.key);
  std::ranges::sort(keys);
  return keys;
}

TYPED_TEST(RenditionStoreContract, KnowsAFamily) {
  for (int i = 0; i < 3; ++i) run_task(this->store.put({}, key_in(7, i), picture("seven")));
  run_task(this->store.put({}, key_in(8, 3), picture("eight")));

  const auto found = run_task(this->store.relatives({}, 7, 100));

  std::vector<RenditionKey> expected{key_in(7, 0), key_in(7, 1), key_in(7, 2)};
  std::ranges::sort(expected);
  EXPECT_EQ(keys_of(found), expected);
  for (const auto& relative : found) {
    EXPECT_EQ(relative.traits.format, ImageFormat::gif);
    EXPECT_EQ(relative.traits.size, (Size{.width = 300, .height = 199}));
    EXPECT_EQ(relative.traits.lineage, picture("").lineage);
  }
  EXPECT_EQ(run_task(this->store.relatives({}, 7, 2)).size(), 2U);
  EXPECT_TRUE(run_task(this->store.relatives({}, 9, 100)).empty());
}

TYPED_TEST(RenditionStoreContract, RemovesAFamily) {
  for (int i = 0; i < 3; ++i) run_task(this->store.put({}, key_in(7, i), picture("seven")));
  run_task(this->store.put({}, key_in(8, 3), picture("eight")));

  EXPECT_EQ(run_task(this->store.remove({}, 7)), 3U);

  EXPECT_TRUE(run_task(this->store.relatives({}, 7, 100)).empty());
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(run_task(this->store.get({}, key_in(7, i))).has_value());
  EXPECT_TRUE(run_task(this->store.get({}, key_in(8, 3))).has_value());
  EXPECT_EQ(run_task(this->store.remove({}, 7)), 0U);
}

TYPED_TEST(RenditionStoreContract, ServesManyAtOnce) {
  constexpr int kCallers = 64;
  std::vector<Task<>> calls;
  for (int i = 0; i < kCallers; ++i)
    calls.push_back(this->store.put({}, key_of(i % 8), picture("body " + std::to_string(i % 8))));

  const auto thrown = run_all(std::move(calls));

  EXPECT_EQ(std::count(thrown.begin(), thrown.end(), nullptr), kCallers);
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(run_task(this->store.get({}, key_of(i)))->body.text(), "body " + std::to_string(i));
  }
}

}  // namespace
}  // namespace calotype
