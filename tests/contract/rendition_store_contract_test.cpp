// What every RenditionStore promises.

#include <gtest/gtest.h>

#include "adapters/files/file_rendition_store.h"
#include "adapters/memory/memory_rendition_store.h"
#include "contract/faults.h"
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

RenditionKey key_of(int number) { return Digest::of("key " + std::to_string(number)); }

Rendition picture(std::string body) {
  return {.body = Bytes::from(std::move(body)),
          .format = ImageFormat::gif,
          .size = {.width = 300, .height = 199},
          .frames = 12};
}

template <class Kit>
class RenditionStoreContract : public ::testing::Test {
 protected:
  Kit kit;
  RenditionStore& store = kit.store;
};

using Kits = ::testing::Types<MemoryKit, FilesKit>;
TYPED_TEST_SUITE(RenditionStoreContract, Kits);

TYPED_TEST(RenditionStoreContract, GivesBackARenditionAsItWas) {
  run_task(this->store.put({}, key_of(1), picture("pixels")));

  const auto found = run_task(this->store.get({}, key_of(1)));

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->body.text(), "pixels");
  EXPECT_EQ(found->format, ImageFormat::gif);
  EXPECT_EQ(found->size, (Size{.width = 300, .height = 199}));
  EXPECT_EQ(found->frames, 12);
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
  run_task(this->store.put({}, key_of(0), picture(std::string(50'000, 'p'))));
  const auto held = run_task(this->store.get({}, key_of(0)));

  for (int i = 1; i < 40; ++i) run_task(this->store.put({}, key_of(i), picture(std::string(50'000, 'q'))));

  EXPECT_FALSE(run_task(this->store.get({}, key_of(0))).has_value());
  EXPECT_TRUE(run_task(this->store.get({}, key_of(39))).has_value());
  EXPECT_EQ(held->body.text(), std::string(50'000, 'p'));
}

TYPED_TEST(RenditionStoreContract, NeverThrowsForWhatDoesNotFit) {
  EXPECT_EQ(fault_of(this->store.put({}, key_of(1), picture(std::string(2 << 20, 'p')))), std::nullopt);

  EXPECT_FALSE(run_task(this->store.get({}, key_of(1))).has_value());
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
