#include "objects/objects.h"

#include <gtest/gtest.h>

#include "adapters/memory/memory_blob_store.h"
#include "adapters/memory/memory_catalog.h"
#include "adapters/memory/memory_object_index.h"
#include "core/encoding.h"
#include "core/fake_clock.h"
#include "support/fake_engine.h"
#include "support/run_task.h"

namespace calotype::objects {
namespace {

/// A body in pieces, which counts how much of it was taken and may break off.
class Body {
 public:
  explicit Body(std::string text, std::size_t piece = 7) : text_(std::move(text)), piece_(piece) {}

  std::size_t taken = 0;
  std::size_t breaks_at = SIZE_MAX;

  ByteStream stream() {
    return [this](std::span<std::byte> into) { return read(into); };
  }

 private:
  Task<std::size_t> read(std::span<std::byte> into) {
    if (taken >= breaks_at) throw Error(Fault::invalid, "read the body: the client went away");
    const auto count = std::min({into.size(), piece_, text_.size() - taken});
    std::memcpy(into.data(), text_.data() + taken, count);
    taken += count;
    co_return count;
  }

  std::string text_;
  std::size_t piece_;
};

class ObjectsTest : public ::testing::Test {
 protected:
  ObjectsTest() {
    const Tenant owner{.id = TenantId::random(), .name = "owner"};
    run_task(catalog_.add_tenant({}, owner, {.id = AccessKeyId::random(), .tenant = owner.id}));
    bucket_ = {.id = BucketId::random(), .tenant = owner.id, .domain = {}, .alias = "b", .created = {}};
  }

  Object put(const std::string& text, PutAsk ask = {}) {
    Body body(text);
    return run_task(objects_.put({}, bucket_, std::move(ask), body.stream()));
  }

  /// The fault of an upload, and that nothing is left of it.
  Error refused(const std::string& text, PutAsk ask = {}) {
    Body body(text);
    return refused(body, std::move(ask));
  }
  Error refused(Body& body, PutAsk ask = {}) {
    const auto before = blobs_.count();
    std::optional<Error> thrown;
    try {
      run_task(objects_.put({}, bucket_, std::move(ask), body.stream()));
    } catch (const Error& error) {
      thrown = error;
    }
    EXPECT_EQ(blobs_.count(), before) << "nothing is kept";
    return thrown.value_or(Error(Fault::internal, "it was stored"));
  }

  static std::string picture(std::string_view rest = "") {
    return toy_image(ImageFormat::webp, {.width = 30, .height = 20}, 1, rest);
  }

  FakeClock clock_;
  MemoryBlobStore blobs_;
  MemoryObjectIndex index_;
  FakeEngine engine_;
  MemoryCatalog catalog_{&index_};
  Objects objects_{blobs_, index_, engine_, catalog_, clock_, {.object_bytes = 100, .limits = {}}};
  Bucket bucket_;
};

TEST_F(ObjectsTest, StoresWhatThePictureSaysOfItself) {
  const auto object = put(picture(), {.name = "a/b.jpg", .focal = FocalPoint{.x = 0, .y = 1}});

  EXPECT_EQ(object.content_type, "image/webp") << "not what its name says";
  EXPECT_EQ(object.size_bytes, picture().size());
  EXPECT_EQ(object.content, Digest::of(picture()));
  EXPECT_EQ(object.tenant, bucket_.tenant);
  EXPECT_EQ(object.created, clock_.now());
  ASSERT_TRUE(object.info);
  EXPECT_EQ(object.info->size, (Size{.width = 30, .height = 20}));
  const auto opened = run_task(objects_.open({}, bucket_.id, "a/b.jpg"));
  std::string bytes(opened.source->size(), '\0');
  run_task(opened.source->read_at({}, 0, std::as_writable_bytes(std::span(bytes))));
  EXPECT_EQ(bytes, picture());
}

TEST_F(ObjectsTest, RefusesBeforeReadingWhatCanBeKnown) {
  put(picture("1"), {.name = "taken"});
  Body taken(picture("2"));
  Body announced(picture("3"));
  Body misnamed(picture("4"));

  EXPECT_EQ(refused(taken, {.name = "taken"}).fault(), Fault::conflict);
  EXPECT_EQ(refused(announced, {.announced = {.bytes = 101}}).fault(), Fault::too_large);
  EXPECT_EQ(refused(misnamed, {.name = "a//b"}).fault(), Fault::unprocessable);
  EXPECT_EQ(taken.taken + announced.taken + misnamed.taken, 0U);
}

TEST_F(ObjectsTest, StopsAtTheLimit) {
  Body endless(std::string(100'000, 'x'), 50);

  EXPECT_EQ(refused(endless).fault(), Fault::too_large);
  EXPECT_LE(endless.taken, 150U);
  const auto head = picture();
  EXPECT_NO_THROW(put(head + std::string(100 - head.size(), 'x'))) << "exactly the limit";
  EXPECT_EQ(refused(head + std::string(101 - head.size(), 'x')).fault(), Fault::too_large);
}

TEST_F(ObjectsTest, KeepsNothingOfAnUploadThatBreaksOff) {
  for (const std::size_t at : {0U, 7U, 14U}) {
    Body body(picture());
    body.breaks_at = at;

    EXPECT_EQ(refused(body, {.name = "a"}).fault(), Fault::invalid);
    EXPECT_FALSE(run_task(index_.find({}, bucket_.id, "a")));
  }
}

TEST_F(ObjectsTest, RefusesWhatIsNoUsablePicture) {
  EXPECT_EQ(refused("plain text").fault(), Fault::unsupported);
  EXPECT_EQ(refused("").fault(), Fault::invalid);
  const auto huge = refused(toy_image(ImageFormat::png, {.width = 65536, .height = 65536}));
  EXPECT_EQ(huge.fault(), Fault::unprocessable);
  EXPECT_EQ(huge.code(), "image-too-large");
}

TEST_F(ObjectsTest, ChecksTheDigestsThatWereAnnounced) {
  Hasher hasher;
  const auto bytes = picture();
  hasher.add(std::as_bytes(std::span(bytes)));
  const auto hashes = hasher.finish();
  auto wrong_md5 = hashes.md5;
  wrong_md5[0] ^= 1;

  EXPECT_EQ(refused(bytes, {.announced = {.sha256 = Digest::of("other")}}).code(), "digest-mismatch");
  EXPECT_EQ(refused(bytes, {.announced = {.sha256 = hashes.sha256, .md5 = wrong_md5}}).code(), "digest-mismatch");
  EXPECT_NO_THROW(put(bytes, {.announced = {.sha256 = hashes.sha256, .md5 = hashes.md5}}));
}

TEST_F(ObjectsTest, SaysThatNoWorkerCameFree) {
  engine_.fail(Fault::unavailable);

  EXPECT_EQ(refused(picture(), {.name = "a"}).fault(), Fault::unavailable);
  EXPECT_NO_THROW(put(picture(), {.name = "a"})) << "the name was not taken by the one that failed";
}

TEST_F(ObjectsTest, OfTwoUploadsOfANameOneWins) {
  engine_.hold();
  Body first(picture("1"));
  Body second(picture("2"));
  std::vector<Task<>> tasks;
  const auto upload = [](Objects& objects, Bucket bucket, ByteStream stream) -> Task<> {
    co_await objects.put({}, bucket, {.name = "same"}, std::move(stream));
  };
  const auto free_engine = [](FakeEngine& engine) -> Task<> {
    while (engine.running() < 2) co_await sleep_until(std::chrono::steady_clock::now() + Milliseconds(1));
    engine.release();
  };
  tasks.push_back(upload(objects_, bucket_, first.stream()));
  tasks.push_back(upload(objects_, bucket_, second.stream()));
  tasks.push_back(free_engine(engine_));
  const auto outcomes = run_all(std::move(tasks));

  EXPECT_NE(outcomes[0] == nullptr, outcomes[1] == nullptr) << "both looked before either stored";
}

TEST_F(ObjectsTest, SameBytesUnderTwoNamesAreOneBlob) {
  put(picture(), {.name = "a"});
  put(picture(), {.name = "b"});

  EXPECT_EQ(blobs_.count(), 1U);
  run_task(objects_.remove({}, bucket_.id, "a", true));
  EXPECT_NO_THROW(run_task(objects_.open({}, bucket_.id, "b"))) << "its bytes are still needed";
}

TEST_F(ObjectsTest, RemovedObjectsAreMissing) {
  const auto fault_of = [&](Task<> task) {
    try {
      run_task(std::move(task));
      return std::optional<Fault>();
    } catch (const Error& error) {
      return std::optional(error.fault());
    }
  };
  put(picture(), {.name = "a"});

  EXPECT_EQ(fault_of(objects_.remove({}, bucket_.id, "a", false)), std::nullopt);
  EXPECT_EQ(fault_of(objects_.remove({}, bucket_.id, "a", false)), Fault::missing) << "it is deleted already";
  EXPECT_THROW(run_task(objects_.require({}, bucket_.id, "a")), Error);
  EXPECT_EQ(fault_of(objects_.remove({}, bucket_.id, "a", true)), std::nullopt)
      << "what is recoverable can go for good";
  EXPECT_EQ(fault_of(objects_.remove({}, bucket_.id, "a", true)), Fault::missing);
}

TEST_F(ObjectsTest, ABlobThatIsGoneIsOurFault) {
  const auto object = put(picture(), {.name = "a"});
  run_task(blobs_.remove({}, object.content));

  try {
    run_task(objects_.open({}, bucket_.id, "a"));
    FAIL() << "it was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::internal);
  }
}

TEST(ObjectName, IsCheckedBySegments) {
  using namespace std::string_literals;
  for (const auto& name :
       {"a"s, "a/b"s, "summer 2026/ø.jpg"s, "..."s, ".a"s, "a..b"s, "a%2e"s, "a\\b"s, std::string(1024, 'x')}) {
    EXPECT_EQ(fault_of_name(name), "") << name;
  }
  for (const auto& name : {""s, "/"s, "/a"s, "a/"s, "a//b"s, "."s, ".."s, "a/.."s, "../a"s, "a/./b"s, "a\nb"s, "a\0b"s,
                           "a\x7f"s, "a\xc2\x85"s, "\xff"s, "\xc0\xae"s, std::string(1025, 'x')}) {
    EXPECT_NE(fault_of_name(name), "") << name;
  }
}

TEST(MadeName, SpreadsObjectsOverPrefixes) {
  const auto name = made_name();

  ASSERT_EQ(name.size(), 39U);
  EXPECT_EQ(name.substr(0, 2), name.substr(3, 2));
  EXPECT_EQ(name[2], '/');
  EXPECT_TRUE(Uuid::parse(name.substr(3)));
  EXPECT_NE(made_name(), name);
}

}  // namespace
}  // namespace calotype::objects
