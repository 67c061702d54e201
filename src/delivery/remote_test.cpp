#include <gmock/gmock.h>
#include <boost/asio/detached.hpp>

#include "core/error.h"
#include "core/event.h"
#include "delivery/explanation.h"
#include "delivery/fixture.h"

namespace calotype::delivery {
namespace {

/// A store behind a network that hangs, fails, loses and lies, as it is told.
class FlakyStore final : public RenditionStore {
 public:
  explicit FlakyStore(RenditionStore& real) : real_(real) {}

  Task<std::optional<Rendition>> get(Context ctx, RenditionKey key) override {
    ++reads;
    co_await suffer();
    auto found = co_await real_.get(ctx, key);
    if (loses) co_return std::nullopt;
    if (found && lie == Lie::nothing) found->body = Bytes();
    if (found && lie == Lie::format) found->format = ImageFormat::png;
    co_return found;
  }
  Task<> put(Context ctx, RenditionKey key, Rendition rendition) override {
    ++writes;
    co_await suffer();
    if (!loses) co_await real_.put(ctx, key, std::move(rendition));
  }
  Task<std::vector<Relative>> relatives(Context ctx, Family family, std::size_t most) override {
    ++reads;
    co_await suffer();
    auto found = co_await real_.relatives(ctx, family, most);
    const auto like = found.empty() ? Relative() : found.front();
    for (int i = 0; lie == Lie::relatives && i < 1'000; ++i) {
      found.insert(found.begin(), {.key = Digest::of(std::to_string(i)), .traits = like.traits});
    }
    co_return found;
  }
  Task<std::size_t> remove(Context ctx, Family family) override {
    co_await suffer();
    auto count = co_await real_.remove(ctx, family);
    co_return count;
  }

  void hang() { released_ = std::make_shared<Event>(); }
  /// What hung goes on.
  void release() {
    released_->set();
    released_.reset();
  }
  bool fails = false;
  bool loses = false;
  enum class Lie { none, nothing, format, relatives } lie = Lie::none;
  int reads = 0;
  int writes = 0;

 private:
  Task<> suffer() {
    co_await current_executor();
    const auto released = released_;
    if (released) co_await released->wait(SteadyTime::max());
    if (fails) throw Error(Fault::unavailable, "ask the store: it is gone");
  }

  RenditionStore& real_;
  std::shared_ptr<Event> released_;
};

/// Two processes with tiers of their own and one store behind both.
class RemoteTest : public DeliveryTest {
 protected:
  RemoteTest() {
    shared_ = &flaky_;
    make_delivery(options());
    const Stores stores{.catalog = catalog_,
                        .index = index_,
                        .blobs = blobs_,
                        .engine = engine_,
                        .memory = other_memory_,
                        .disk = other_disk_,
                        .shared = &flaky_};
    other_ = std::make_unique<Delivery>(stores, clock_, other_metrics_, options());
  }

  static Options options() {
    Options options;
    options.remote.read = Milliseconds(30);
    options.remote.drop = Milliseconds(30);
    options.remote.failures = 3;
    return options;
  }

  /// By the other process.
  Answer deliver_there(Ask ask) { return run(other_->deliver(ctx_, std::move(ask))); }
  std::size_t drop(const Object& object) { return run(delivery_->drop(ctx_, tenant_, object.content)); }
  bool has(const std::string& line) { return metrics_.exposition().find(line) != std::string::npos; }

  /// Runs until it has answered, whatever else goes on.
  Answer deliver_only(Ask ask) {
    std::optional<Answer> answer;
    boost::asio::co_spawn(loop_, delivery_->deliver(ctx_, std::move(ask)),
                          [&](std::exception_ptr, Answer got) { answer = std::move(got); });
    loop_.restart();
    while (!answer) loop_.run_one_for(std::chrono::seconds(5));
    return std::move(*answer);
  }

  MemoryRenditionStore real_{kTierBytes};
  FlakyStore flaky_{real_};
  MemoryRenditionStore other_memory_{kTierBytes};
  MemoryRenditionStore other_disk_{kTierBytes};
  telemetry::Metrics other_metrics_;
  std::unique_ptr<Delivery> other_;
};

TEST_F(RemoteTest, ServesWhatAnotherProcessMade) {
  const auto made = deliver(ask_for());

  const auto there = deliver_there(ask_for());
  EXPECT_EQ(there.origin, Origin::remote);
  EXPECT_EQ(there.key, made.key);
  EXPECT_EQ(there.rendition->body.text(), made.rendition->body.text());
  EXPECT_EQ(deliver_there(ask_for()).origin, Origin::memory);
  EXPECT_EQ(other_disk_.count(), 1U) << "it survives a restart there, too";
  EXPECT_EQ(engine_.renders(), 1);
}

TEST_F(RemoteTest, KnowsWhereItIs) {
  const auto made = deliver(ask_for());

  EXPECT_EQ(run(other_->explain(ctx_, ask_for())).kept, Origin::remote);
  EXPECT_EQ(run(other_->find_job(ctx_, made.key))->stage, JobStatus::Stage::done);
  EXPECT_EQ(name_of(Origin::remote), "remote");
}

TEST_F(RemoteTest, CountsWhatItWrites) {
  deliver(ask_for());

  EXPECT_TRUE(has("calotype_delivery_remote_stores_total{outcome=\"written\"} 1"));
  EXPECT_TRUE(has("calotype_delivery_cache_requests_total{cache=\"remote\",result=\"miss\"} 1"));
}

TEST_F(RemoteTest, IsNotThereWhereItIsNotConfigured) {
  telemetry::Metrics plain;
  const Stores stores{.catalog = catalog_,
                      .index = index_,
                      .blobs = blobs_,
                      .engine = engine_,
                      .memory = other_memory_,
                      .disk = other_disk_};
  const Delivery none(stores, clock_, plain, options());

  EXPECT_THAT(plain.exposition(), ::testing::Not(::testing::HasSubstr("remote")));
}

TEST_F(RemoteTest, CostsAMissWhereItHangs) {
  flaky_.hang();

  const auto answer = deliver_only(ask_for());

  EXPECT_EQ(answer.origin, Origin::rendered);
  EXPECT_LT(answer.making, Seconds(5));
  EXPECT_TRUE(has("calotype_delivery_remote_failures_total 1"));
  flaky_.release();
  run_loop();
  EXPECT_TRUE(delivery_->settle(Milliseconds(0)));
}

TEST_F(RemoteTest, IsLeftAloneAfterFailuresInARow) {
  flaky_.fails = true;
  for (int i = 0; i < 4; ++i) {
    const auto name = "o" + std::to_string(i);
    add_object(name, ImageInfo{.size = {.width = 900, .height = 600}});
    EXPECT_EQ(deliver(ask_for("small", name)).origin, Origin::rendered);
  }
  EXPECT_EQ(flaky_.reads + flaky_.writes, 3) << "read, written, read; and no more";
  EXPECT_TRUE(has("calotype_delivery_remote_rests 1"));

  flaky_.fails = false;
  clock_.advance(Milliseconds(5'000));
  deliver(ask_for());
  EXPECT_TRUE(has("calotype_delivery_remote_rests 0"));
  EXPECT_EQ(deliver_there(ask_for()).origin, Origin::remote) << "and is used again";
}

TEST_F(RemoteTest, DoesNotPileUpWhatHangs) {
  auto limited = options();
  limited.remote.reads = 2;
  limited.remote.failures = 1'000;
  make_delivery(limited);
  flaky_.hang();
  const auto forget = [&] {
    memory_.emplace(kTierBytes);
    disk_.emplace(kTierBytes);
  };
  deliver_only(ask_for());
  forget();
  deliver_only(ask_for());
  forget();
  const auto third = deliver_only(ask_for());

  EXPECT_EQ(third.origin, Origin::rendered);
  EXPECT_EQ(flaky_.reads, 2);
  flaky_.release();
  run_loop();
}

TEST_F(RemoteTest, MakesAnewWhatItLoses) {
  flaky_.loses = true;
  deliver(ask_for());

  EXPECT_EQ(deliver_there(ask_for()).origin, Origin::rendered);
}

TEST_F(RemoteTest, IsNotBelievedWhatCannotBeTrue) {
  deliver(ask_for());
  for (const auto lie : {FlakyStore::Lie::nothing, FlakyStore::Lie::format}) {
    flaky_.lie = lie;
    memory_.emplace(kTierBytes);
    disk_.emplace(kTierBytes);
    make_delivery(options());

    EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered);
    const auto kept = deliver(ask_for());
    EXPECT_EQ(kept.origin, Origin::memory);
    EXPECT_EQ(kept.format, ImageFormat::jpg);
    EXPECT_GT(kept.rendition->body.size(), 0U);
  }
  EXPECT_TRUE(has("calotype_delivery_remote_failures_total 2"));
}

TEST_F(RemoteTest, IsReadOnceForAllWhoWantTheSame) {
  deliver_there(ask_for());
  auto patient = options();
  patient.remote.read = Seconds(10);
  make_delivery(patient);
  flaky_.reads = 0;
  flaky_.hang();
  std::vector<Origin> origins;
  for (int i = 0; i < 200; ++i) {
    boost::asio::co_spawn(loop_, delivery_->deliver(ctx_, ask_for()), [&](std::exception_ptr thrown, Answer answer) {
      if (!thrown) origins.push_back(answer.origin);
    });
  }
  loop_.restart();
  loop_.poll();
  EXPECT_TRUE(origins.empty());
  flaky_.release();
  run_loop();

  EXPECT_EQ(flaky_.reads, 1);
  EXPECT_EQ(std::ranges::count(origins, Origin::remote), 200);
  EXPECT_EQ(engine_.renders(), 1);
  EXPECT_TRUE(has("calotype_delivery_stores_total{outcome=\"written\"} 1")) << "and put on the disk once";
}

TEST_F(RemoteTest, FailsOnceHoweverManyWait) {
  flaky_.hang();
  std::vector<Origin> origins;
  for (int i = 0; i < 20; ++i) {
    boost::asio::co_spawn(loop_, delivery_->deliver(ctx_, ask_for()), [&](std::exception_ptr thrown, Answer answer) {
      if (!thrown) origins.push_back(answer.origin);
    });
  }
  loop_.restart();
  while (origins.size() < 20) loop_.run_one_for(std::chrono::seconds(5));

  EXPECT_EQ(std::ranges::count(origins, Origin::rendered), 1);
  EXPECT_TRUE(has("calotype_delivery_remote_failures_total 1"));
  EXPECT_TRUE(has("calotype_delivery_remote_rests 0"));
  flaky_.release();
  run_loop();
}

TEST_F(RemoteTest, IsEmptiedByAPurge) {
  const auto dog = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  deliver(ask_for("small", "dog.jpg"));
  deliver(ask_for());
  ASSERT_EQ(real_.count(), 2U);

  EXPECT_EQ(drop(dog), 1U);

  EXPECT_EQ(real_.count(), 1U);
  EXPECT_EQ(deliver_there(ask_for("small", "dog.jpg")).origin, Origin::rendered);
}

TEST_F(RemoteTest, TellsOfAPurgeThatCouldNotReachIt) {
  const auto dog = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  deliver(ask_for("small", "dog.jpg"));
  flaky_.fails = true;

  EXPECT_THROW(drop(dog), Error);
  EXPECT_EQ(memory_->count(), 0U) << "what could be removed is";
  EXPECT_EQ(disk_->count(), 0U);
  EXPECT_EQ(real_.count(), 1U);
  flaky_.fails = false;
  EXPECT_EQ(drop(dog), 1U) << "also while reads leave it alone";
  EXPECT_EQ(real_.count(), 0U);
}

TEST_F(RemoteTest, TellsOfAPurgeThatHangs) {
  const auto dog = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  flaky_.hang();
  std::optional<Fault> fault;
  const auto done = [&](std::exception_ptr thrown, std::size_t) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& error) {
      fault = error.fault();
    }
  };
  boost::asio::co_spawn(loop_, delivery_->drop(ctx_, tenant_, dog.content), done);
  loop_.restart();
  while (!fault) loop_.run_one_for(std::chrono::seconds(5));

  EXPECT_EQ(*fault, Fault::timed_out);
  flaky_.release();
  run_loop();
}

TEST_F(RemoteTest, KeepsNothingOfWhatWasDroppedWhileItWasWritten) {
  const auto dog = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  flaky_.hang();
  deliver_only(ask_for("small", "dog.jpg"));
  // It is written a moment after the answer.
  loop_.restart();
  for (int i = 0; i < 1000 && flaky_.writes == 0; ++i) loop_.run_one_for(Milliseconds(10));
  ASSERT_EQ(flaky_.writes, 1);
  boost::asio::co_spawn(loop_, delivery_->drop(ctx_, tenant_, dog.content), boost::asio::detached);
  loop_.restart();
  loop_.poll();
  flaky_.release();
  run_loop();

  EXPECT_EQ(real_.count(), 0U) << "written late, and taken back";
  EXPECT_EQ(memory_->count(), 0U);
  EXPECT_EQ(disk_->count(), 0U);
}

TEST_F(RemoteTest, KeepsNothingNearOfWhatWasReadWhileItWasDropped) {
  const auto dog = add_object("dog.jpg", ImageInfo{.size = {.width = 1200, .height = 800}});
  deliver_there(ask_for("small", "dog.jpg"));
  ASSERT_EQ(real_.count(), 1U);
  auto patient = options();
  patient.remote.read = Seconds(10);
  patient.remote.drop = Seconds(10);
  make_delivery(patient);
  flaky_.hang();
  std::optional<Answer> answer;
  boost::asio::co_spawn(loop_, delivery_->deliver(ctx_, ask_for("small", "dog.jpg")),
                        [&](std::exception_ptr, Answer got) { answer = std::move(got); });
  loop_.restart();
  loop_.poll();
  clock_.advance(Milliseconds(1));
  boost::asio::co_spawn(loop_, delivery_->drop(ctx_, tenant_, dog.content), boost::asio::detached);
  loop_.poll();
  flaky_.release();
  run_loop();

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->origin, Origin::remote) << "who asked before gets it";
  EXPECT_EQ(memory_->count(), 0U);
  EXPECT_EQ(disk_->count(), 0U);
  EXPECT_EQ(real_.count(), 0U);
}

TEST_F(RemoteTest, StandsInWhereNothingElseIsNear) {
  add_rule("free", R"({"format":"jpg","params":{"w":{"type":"int","min":10,"max":1200,"default":300,"signed":false}},
                       "actions":[{"resize":{"width":"$w"}}]})");
  auto large = ask_for("free");
  large.parameters = {{"w", "900"}};
  const auto made = deliver_there(large);
  engine_.fail(Fault::unavailable, "busy", -1);

  flaky_.lie = FlakyStore::Lie::relatives;  // a thousand of other families, which come first

  const auto answer = deliver(ask_for("free"));
  EXPECT_EQ(answer.degraded, Degraded::larger);
  EXPECT_EQ(answer.key, made.key);
}

}  // namespace
}  // namespace calotype::delivery
