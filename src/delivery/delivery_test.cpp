#include "delivery/delivery.h"

#include <gmock/gmock.h>

#include "core/error.h"
#include "delivery/fixture.h"

namespace calotype::delivery {

namespace {

/// An index that can be asked no more when it is told so.
class FlakyIndex final : public ObjectIndex {
 public:
  explicit FlakyIndex(ObjectIndex& real) : real_(real) {}
  using ObjectIndex::add;
  Task<> add(Context ctx, Object object, AddTerms terms) override { return real_.add(ctx, std::move(object), terms); }
  Task<std::optional<Object>> find(Context ctx, BucketId bucket, std::string name) override {
    ++asked;
    if (is_down) throw Error(Fault::unavailable, "find object: the index is down");
    auto found = co_await real_.find(ctx, bucket, std::move(name));
    co_return found;
  }
  Task<ObjectPage> list(Context ctx, ListAsk ask) override { return real_.list(ctx, std::move(ask)); }
  Task<bool> mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when,
                          std::optional<ContentHash> only) override {
    return real_.mark_deleted(ctx, bucket, std::move(name), when, only);
  }
  Task<bool> remove(Context ctx, BucketId bucket, std::string name, WallTime when,
                    std::optional<ContentHash> only) override {
    return real_.remove(ctx, bucket, std::move(name), when, only);
  }
  Task<Restored> restore(Context ctx, BucketId bucket, std::string name, WallTime when, WallTime deleted_after,
                         Quotas quotas) override {
    return real_.restore(ctx, bucket, std::move(name), when, deleted_after, quotas);
  }
  Task<bool> set_metadata(Context ctx, BucketId bucket, std::string name, std::optional<WallTime> expires,
                          std::string user_metadata, WallTime when, std::optional<ContentHash> only) override {
    return real_.set_metadata(ctx, bucket, std::move(name), expires, std::move(user_metadata), when, only);
  }
  Task<bool> uncache(Context ctx, BucketId bucket, std::string name, WallTime when) override {
    return real_.uncache(ctx, bucket, std::move(name), when);
  }
  Task<std::vector<Uncached>> uncache_some(Context ctx, BucketId bucket, std::string prefix, std::string after,
                                           std::size_t most) override {
    return real_.uncache_some(ctx, bucket, std::move(prefix), std::move(after), most);
  }
  Task<std::vector<ObjectKey>> remove_expired(Context ctx, WallTime now, std::size_t most) override {
    return real_.remove_expired(ctx, now, most);
  }
  Task<std::vector<ObjectKey>> remove_deleted(Context ctx, WallTime before, WallTime now, std::size_t most) override {
    return real_.remove_deleted(ctx, before, now, most);
  }

  bool is_down = false;
  int asked = 0;

 private:
  ObjectIndex& real_;
};

class BrokenStore final : public RenditionStore {
 public:
  Task<std::optional<Rendition>> get(Context, RenditionKey) override {
    co_await current_executor();
    throw Error(Fault::unavailable, "read rendition: the disk is gone");
  }
  Task<> put(Context, RenditionKey, Rendition) override {
    co_await current_executor();
    throw Error(Fault::unavailable, "write rendition: the disk is gone");
  }
  Task<std::vector<Relative>> relatives(Context, Family, std::size_t) override {
    co_await current_executor();
    throw Error(Fault::unavailable, "list renditions: the disk is gone");
  }
  Task<std::size_t> remove(Context, Family) override {
    co_await current_executor();
    throw Error(Fault::unavailable, "remove renditions: the disk is gone");
  }
};

}  // namespace

TEST_F(DeliveryTest, RendersOnceAndServesFromMemoryThen) {
  const auto first = deliver(ask_for());
  const auto second = deliver(ask_for());

  EXPECT_EQ(first.origin, Origin::rendered);
  EXPECT_EQ(second.origin, Origin::memory);
  EXPECT_EQ(first.key, second.key);
  ASSERT_TRUE(first.rendition && second.rendition);
  EXPECT_EQ(first.rendition->body.text(), second.rendition->body.text());
  EXPECT_EQ(first.rendition->size, (Size{.width = 300, .height = 200}));
  EXPECT_EQ(first.varies, Varies{});
  EXPECT_EQ(engine_.renders(), 1);
}

TEST_F(DeliveryTest, ServesFromTheDiskAfterARestart) {
  deliver(ask_for());
  memory_.emplace(kTierBytes);
  make_delivery();

  EXPECT_EQ(deliver(ask_for()).origin, Origin::disk);
  EXPECT_EQ(deliver(ask_for()).origin, Origin::memory);
  EXPECT_EQ(engine_.renders(), 1);
}

TEST_F(DeliveryTest, RendersOnceForFiveHundredAtTheSameTime) {
  std::vector<Origin> origins;
  engine_.hold();
  for (int i = 0; i < 500; ++i) {
    boost::asio::co_spawn(loop_, delivery_->deliver(ctx_, ask_for()), [&](std::exception_ptr thrown, Answer answer) {
      if (!thrown && answer.rendition) origins.push_back(answer.origin);
    });
  }
  boost::asio::co_spawn(
      loop_,
      [](FakeEngine& engine) -> Task<> {
        while (engine.running() == 0) co_await sleep_until(std::chrono::steady_clock::now());
        co_await sleep_until(std::chrono::steady_clock::now());
        engine.release();
      }(engine_),
      [](std::exception_ptr) {});
  run_loop();

  EXPECT_EQ(engine_.renders(), 1);
  EXPECT_EQ(std::ranges::count(origins, Origin::rendered), 1);
  EXPECT_EQ(std::ranges::count(origins, Origin::shared), 499);
}

TEST_F(DeliveryTest, OpensNothingWhereThereIsNoRoom) {
  const auto object = run(index_.find(ctx_, bucket_, "cat.jpg"));
  run(blobs_.remove(ctx_, object->content));
  engine_.set_full();

  EXPECT_EQ(refusal(ask_for()).fault(), Fault::unavailable) << "and not that the original is gone";
}

TEST_F(DeliveryTest, SaysThatTheClientHasItBeforeAnyByteIsRead) {
  const auto first = deliver(ask_for());
  memory_.emplace(kTierBytes);
  disk_.emplace(kTierBytes);
  const auto object = run(index_.find(ctx_, bucket_, "cat.jpg"));
  run(blobs_.remove(ctx_, object->content));
  make_delivery();
  auto ask = ask_for();
  ask.known.keys = {Digest::of("another"), first.key};

  const auto answer = deliver(ask);

  EXPECT_EQ(answer.origin, Origin::known);
  EXPECT_FALSE(answer.rendition);
  EXPECT_EQ(answer.key, first.key);
  EXPECT_EQ(engine_.renders(), 1);
}

TEST_F(DeliveryTest, ComparesDatesOnlyWhereNoKeyIsKnown) {
  const auto modified = deliver(ask_for()).modified;
  auto by_date = ask_for();
  by_date.known.since = modified;
  auto too_early = ask_for();
  too_early.known.since = modified - Seconds(1);
  auto by_both = by_date;
  by_both.known.keys = {Digest::of("another")};
  auto by_any = ask_for();
  by_any.known.any = true;

  EXPECT_EQ(deliver(by_date).origin, Origin::known);
  EXPECT_EQ(deliver(too_early).origin, Origin::memory);
  EXPECT_EQ(deliver(by_both).origin, Origin::memory);
  EXPECT_EQ(deliver(by_any).origin, Origin::known);
}

TEST_F(DeliveryTest, SaysWhatIsMissing) {
  add_object("notes.txt", std::nullopt);
  auto elsewhere = ask_for();
  elsewhere.place.bucket = "nowhere";

  EXPECT_EQ(refusal(elsewhere).code(), "no-such-bucket");
  EXPECT_EQ(refusal(ask_for("large")).code(), "no-such-rule");
  EXPECT_EQ(refusal(ask_for("small", "dog.jpg")).code(), "no-such-object");
  EXPECT_EQ(refusal(ask_for("small", "notes.txt")).code(), "not-a-picture");
  EXPECT_EQ(refusal(ask_for("small", "notes.txt")).fault(), Fault::missing);
}

TEST_F(DeliveryTest, FindsABucketByIdsAndByNamesOfItsOwnTenantOnly) {
  auto by_ids = ask_for();
  by_ids.place = {.tenant = tenant_.text(), .domain = domain_.text(), .bucket = bucket_.text()};
  auto by_names = ask_for();
  by_names.place = {.tenant = tenant_.text(), .domain = "news", .bucket = "shop"};
  auto of_another = by_ids;
  of_another.place.tenant = TenantId::random().text();
  auto of_another_domain = by_ids;
  of_another_domain.place.domain = "sports";

  EXPECT_EQ(deliver(by_ids).key, deliver(by_names).key);
  EXPECT_EQ(refusal(of_another).code(), "no-such-bucket");
  EXPECT_EQ(refusal(of_another_domain).code(), "no-such-bucket");
}

TEST_F(DeliveryTest, FindsARuleByItsId) {
  const auto id = add_rule("by-id", R"({"format":"png","actions":[{"resize":{"width":100}}]})");

  EXPECT_EQ(deliver(ask_for(id.text())).key, deliver(ask_for("by-id")).key);
}

TEST_F(DeliveryTest, RemembersWhatIsNotThereForAMoment) {
  EXPECT_EQ(refusal(ask_for("small", "new.jpg")).code(), "no-such-object");
  add_object("new.jpg", ImageInfo{.size = {.width = 400, .height = 400}});

  EXPECT_EQ(refusal(ask_for("small", "new.jpg")).code(), "no-such-object");
  clock_.advance(Milliseconds(250));
  EXPECT_EQ(deliver(ask_for("small", "new.jpg")).origin, Origin::rendered);
}

TEST_F(DeliveryTest, SeesAnUploadAtOnceWhenItIsToldToForget) {
  EXPECT_EQ(refusal(ask_for("small", "new.jpg")).code(), "no-such-object");
  add_object("new.jpg", ImageInfo{.size = {.width = 400, .height = 400}});
  delivery_->forget(bucket_, "new.jpg");

  EXPECT_EQ(deliver(ask_for("small", "new.jpg")).origin, Origin::rendered);
}

TEST_F(DeliveryTest, HidesAnObjectTheMomentThatItExpires) {
  const auto expires = clock_.now() + Milliseconds(500);
  run(index_.set_metadata(ctx_, bucket_, "cat.jpg", expires, "", clock_.now()));
  deliver(ask_for());

  clock_.advance(Milliseconds(500));

  EXPECT_EQ(refusal(ask_for()).code(), "no-such-object") << "though it is remembered";
}

TEST_F(DeliveryTest, MakesAnObjectsRenditionsAnewWhenItIsUncached) {
  const auto before = deliver(ask_for());
  run(index_.uncache(ctx_, bucket_, "cat.jpg", clock_.now()));
  delivery_->forget(bucket_, "cat.jpg");

  const auto after = deliver(ask_for());

  EXPECT_EQ(after.origin, Origin::rendered);
  EXPECT_NE(after.key, before.key);
}

TEST_F(DeliveryTest, ServesADeletedObjectForASecondAtMostAndNotAtAllWhenTold) {
  deliver(ask_for());
  run(index_.mark_deleted(ctx_, bucket_, "cat.jpg", clock_.now()));

  // What is decided now may be repeated for kRepeatable: with what it was decided by, a second.
  clock_.advance(Milliseconds(1'000) - kRepeatable - Milliseconds(1));
  EXPECT_EQ(deliver(ask_for()).origin, Origin::memory);
  clock_.advance(Milliseconds(1));
  EXPECT_EQ(refusal(ask_for()).code(), "no-such-object");
}

TEST_F(DeliveryTest, DoesNotServeADeletedObjectOnceItIsForgotten) {
  deliver(ask_for());
  run(index_.mark_deleted(ctx_, bucket_, "cat.jpg", clock_.now()));
  delivery_->forget(bucket_, "cat.jpg");

  EXPECT_EQ(refusal(ask_for()).code(), "no-such-object");
}

TEST_F(DeliveryTest, AsksTheIndexOnceASecond) {
  FlakyIndex index(index_);
  index_in_use_ = &index;
  make_delivery();

  for (int i = 0; i < 5; ++i) deliver(ask_for());
  EXPECT_EQ(index.asked, 1);
  clock_.advance(Milliseconds(1'000));
  deliver(ask_for());
  EXPECT_EQ(index.asked, 2);
}

TEST_F(DeliveryTest, GoesOnWithWhatItKnewWhileTheIndexIsDown) {
  FlakyIndex index(index_);
  index_in_use_ = &index;
  make_delivery();
  deliver(ask_for());
  index.is_down = true;

  clock_.advance(Milliseconds(30'000));
  const auto answer = deliver(ask_for());
  EXPECT_TRUE(answer.is_stale);
  EXPECT_EQ(answer.origin, Origin::memory);
  EXPECT_EQ(refusal(ask_for("small", "unknown.jpg")).fault(), Fault::unavailable);

  clock_.advance(Milliseconds(600'000));
  EXPECT_EQ(refusal(ask_for()).fault(), Fault::unavailable);
}

TEST_F(DeliveryTest, RendersWithoutADiskThatWorks) {
  BrokenStore broken;
  disk_in_use_ = &broken;
  make_delivery();

  EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered);
  EXPECT_EQ(deliver(ask_for()).origin, Origin::memory);
  EXPECT_THAT(metrics_.exposition(), ::testing::HasSubstr("calotype_delivery_stores_total{outcome=\"failed\"} 2"));
  EXPECT_TRUE(delivery_->settle(Milliseconds(0)));
}

TEST_F(DeliveryTest, DropsWhatIsTooMuchForTheDiskAndAnswersAllTheSame) {
  make_delivery({.pending_stores = 0});

  EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered);
  EXPECT_EQ(disk_->count(), 0U);
  EXPECT_EQ(memory_->count(), 1U);
}

TEST_F(DeliveryTest, MeasuresFirstWhereTheRuleTrims) {
  add_rule("trimmed", R"({"format":"jpg","actions":[{"trim":{}},{"resize":{"width":300}}]})");
  engine_.set_measured({.left = 100, .top = 0, .width = 600, .height = 800});

  const auto answer = deliver(ask_for("trimmed"));

  EXPECT_EQ(engine_.measures(), 1);
  EXPECT_EQ(engine_.renders(), 1);
  EXPECT_EQ(answer.rendition->size, (Size{.width = 300, .height = 400}));
}

TEST_F(DeliveryTest, NegotiatesTheFormat) {
  add_rule("best", R"({"format":"auto","actions":[{"resize":{"width":300}}]})");
  auto modern = ask_for("best");
  modern.accepts.webp = true;

  const auto old_fashioned = deliver(ask_for("best"));
  const auto answer = deliver(modern);

  EXPECT_EQ(old_fashioned.format, ImageFormat::jpg);
  EXPECT_EQ(answer.format, ImageFormat::webp);
  EXPECT_TRUE(answer.varies.accept && old_fashioned.varies.accept);
  EXPECT_NE(answer.key, old_fashioned.key);
}

TEST_F(DeliveryTest, BindsParametersToOneKeyForOnePicture) {
  add_rule("wide", R"({"params":{"w":{"type":"int","min":100,"max":800,"step":100,"default":300}},
                       "format":"jpg","actions":[{"resize":{"width":"$w"}}]})");
  auto exact = ask_for("wide");
  exact.parameters = {{"w", "400"}};
  auto snapped = ask_for("wide");
  snapped.parameters = {{"utm_source", "mail"}, {"w", "410"}};
  auto wrong = ask_for("wide");
  wrong.parameters = {{"w", "much"}};

  EXPECT_EQ(deliver(exact).rendition->size.width, 400);
  EXPECT_EQ(deliver(snapped).key, deliver(exact).key);
  EXPECT_NE(deliver(ask_for("wide")).key, deliver(exact).key);
  EXPECT_EQ(refusal(wrong).fault(), Fault::invalid);
}

TEST_F(DeliveryTest, LaysOnTheDefaultMarkOrTheOneThatIsNamed) {
  const auto first = add_watermark("logo");
  add_watermark("other");
  add_rule("default", R"({"format":"jpg","actions":[{"resize":{"width":300}}],"watermark":{}})");
  add_rule("alias", R"({"format":"jpg","actions":[{"resize":{"width":300}}],"watermark":{"id":"asset:other"}})");
  add_rule("uuid",
           fmt::format(R"({{"format":"jpg","actions":[{{"resize":{{"width":300}}}}],"watermark":{{"id":"{}"}}}})",
                       first.text()));

  EXPECT_EQ(deliver(ask_for("default")).origin, Origin::rendered);
  EXPECT_EQ(engine_.last_job()->marks.size(), 1U);
  EXPECT_EQ(deliver(ask_for("alias")).origin, Origin::rendered);
  EXPECT_EQ(deliver(ask_for("uuid")).origin, Origin::rendered);
}

TEST_F(DeliveryTest, RefusesToForgetAMarkUnlessTheRuleAllowsIt) {
  add_rule("strict", R"({"format":"jpg","actions":[{"resize":{"width":300}}],"watermark":{}})");
  add_rule("lax", R"({"format":"jpg","actions":[{"resize":{"width":300}}],"watermark":{"onMissing":"skip"}})");

  const auto error = refusal(ask_for("strict"));

  EXPECT_EQ(error.fault(), Fault::unprocessable);
  EXPECT_EQ(error.code(), "watermark-missing");
  EXPECT_EQ(deliver(ask_for("lax")).origin, Origin::rendered);
}

TEST_F(DeliveryTest, DoesNotTryABrokenPictureAgainForAWhile) {
  engine_.fail(Fault::unprocessable, "damaged-image", -1);

  EXPECT_EQ(refusal(ask_for()).code(), "damaged-image");
  EXPECT_EQ(refusal(ask_for()).code(), "damaged-image");
  EXPECT_EQ(engine_.renders(), 1);
  clock_.advance(Milliseconds(10'000));
  EXPECT_EQ(refusal(ask_for()).code(), "damaged-image");
  EXPECT_EQ(engine_.renders(), 2);
}

TEST_F(DeliveryTest, TriesAgainWhereTheFailureWasOurs) {
  engine_.fail(Fault::unavailable, "overloaded");

  EXPECT_EQ(refusal(ask_for()).fault(), Fault::unavailable);
  EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered);
}

TEST_F(DeliveryTest, TriesOnceMoreWhereAWorkerDied) {
  engine_.fail(Fault::unprocessable, "decoder-failed");

  EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered);
}

TEST_F(DeliveryTest, GivesUpWhereTwoWorkersDiedAndTriesAgainForTheNext) {
  engine_.fail(Fault::unprocessable, "decoder-failed", 2);

  EXPECT_EQ(refusal(ask_for()).code(), "decoder-failed");
  EXPECT_EQ(deliver(ask_for()).origin, Origin::rendered);
}

TEST_F(DeliveryTest, RefusesWhatIsTooLargeWithoutAWorker) {
  add_object("huge.jpg", ImageInfo{.size = {.width = 40'000, .height = 10'000}});

  EXPECT_EQ(refusal(ask_for("small", "huge.jpg")).code(), "image-too-large");
  EXPECT_EQ(engine_.renders(), 0);
}

TEST_F(DeliveryTest, DrawsThePageThatIsAskedForInItsOwnSize) {
  const ImageInfo paper{.format = ImageFormat::pdf, .size = {.width = 200, .height = 300}, .frames = 4};
  engine_.preset(add_object("paper.pdf", paper).content, paper);
  add_rule("page", R"({"name":"page","format":"png","source":{"page":2,"density":144}})");
  auto ask = ask_for("page", "paper.pdf");
  ask.is_document = true;

  const auto by_rule = deliver(ask);
  EXPECT_EQ(engine_.last_job()->plan.decode.info.size, (Size{.width = 410, .height = 600}));
  EXPECT_EQ(engine_.last_job()->plan.decode.frames.first, 1);
  EXPECT_EQ(engine_.last_job()->plan.decode.density, 144);
  ask.page = 4;
  const auto by_address = deliver(ask);
  EXPECT_EQ(engine_.last_job()->plan.decode.info.size.width, 430);
  EXPECT_EQ(engine_.last_job()->plan.decode.frames.first, 3);
  EXPECT_NE(by_rule.key, by_address.key);
  EXPECT_EQ(deliver(ask).origin, Origin::memory);
  ask.page = 5;
  EXPECT_EQ(refusal(ask).code(), "no-such-frame");
}

TEST_F(DeliveryTest, TellsPicturesAndDocumentsApart) {
  add_object("paper.pdf", ImageInfo{.format = ImageFormat::pdf, .size = {.width = 200, .height = 300}});
  auto of_picture = ask_for();
  of_picture.is_document = true;

  EXPECT_EQ(refusal(ask_for("small", "paper.pdf")).code(), "not-a-picture");
  EXPECT_EQ(refusal(of_picture).code(), "not-a-document");
}

TEST_F(DeliveryTest, OpensOriginals) {
  const auto original = run(delivery_->open_original(ctx_, bucket_, "cat.jpg"));

  EXPECT_EQ(original.object.name, "cat.jpg");
  EXPECT_EQ(original.source->size(), 16U);
}

TEST_F(DeliveryTest, SaysWhenABlobIsGone) {
  const auto object = run(index_.find(ctx_, bucket_, "cat.jpg"));
  run(blobs_.remove(ctx_, object->content));

  EXPECT_EQ(refusal(ask_for()).fault(), Fault::internal);
  EXPECT_THROW(run(delivery_->open_original(ctx_, bucket_, "cat.jpg")), Error);
}

TEST_F(DeliveryTest, SharesNoRenditionOfAPurgedRuleWithAnother) {
  const std::string body = R"({"format":"jpg","actions":[{"resize":{"width":310}}]})";
  const std::vector<RuleId> first{add_rule("first", body)};
  const std::vector<RuleId> second{add_rule("second", body)};
  run(catalog_.renew_rules(ctx_, domain_, first));
  deliver(ask_for("first"));
  run(catalog_.renew_rules(ctx_, domain_, second));

  EXPECT_EQ(deliver(ask_for("second")).origin, Origin::rendered) << "what the first has is from before that";
}

}  // namespace calotype::delivery
