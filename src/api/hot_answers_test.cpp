#include "api/hot_answers.h"

#include <gtest/gtest.h>

#include "api/fetch_fixture.h"

namespace calotype::api {
namespace {

constexpr auto kTarget = "/shop/images/cat.jpg?rule=small";

class HotAnswersTest : public FetchTest {
 protected:
  HotAnswersTest() {
    hot_ = std::make_shared<HotAnswers>(*delivery_, clock_, metrics_);
    handler_ = with_hot_answers(handler_, hot_);
  }

  /// The answer of the hot ones alone.
  std::optional<http::Response> find(const std::string& target, FieldList fields = {},
                                     http::Method method = http::Method::get) {
    http::Request request;
    request.method = method;
    request.target = "/api/v1" + target;
    for (auto& [name, value] : fields) request.fields.add(std::move(name), std::move(value));
    return hot_->find(request);
  }

  /// Made, and then answered from memory: from then on it is hot.
  http::Response warm(const std::string& target, const FieldList& fields = {}) {
    fetch(target, fields);
    return fetch(target, fields);
  }

  std::shared_ptr<HotAnswers> hot_;
};

TEST_F(HotAnswersTest, AreTheSameAnswerForTheSameRequest) {
  const auto first = warm(kTarget);

  const auto hot = find(kTarget);
  ASSERT_TRUE(hot);
  EXPECT_EQ(hot->status, 200);
  EXPECT_EQ(text_of(*hot), text_of(first));
  EXPECT_EQ(hot->route, "fetch_image");
  for (const auto* name : {"ETag", "Last-Modified", "Cache-Control", "Surrogate-Key", "Content-Type"}) {
    const auto line = std::string(name) + ": " + std::string(first.fields.get(name)) + "\r\n";
    EXPECT_NE(hot->written_fields->find(line), std::string::npos) << line;
  }
  EXPECT_NE(hot->written_fields->find("Server-Timing: lookup;dur=0.00\r\n"), std::string::npos);
  EXPECT_EQ(hot->written_fields->find("toplevel"), std::string::npos) << "each request has its own id";
}

TEST_F(HotAnswersTest, AreNotThereBeforeTheRenditionIsInMemory) {
  fetch(kTarget);

  EXPECT_FALSE(find(kTarget)) << "it was made for this one";
}

TEST_F(HotAnswersTest, LastAMoment) {
  warm(kTarget);
  clock_.advance(delivery::kRepeatable - Milliseconds(1));
  EXPECT_TRUE(find(kTarget));
  clock_.advance(Milliseconds(1));
  EXPECT_FALSE(find(kTarget));
}

TEST_F(HotAnswersTest, EndWithWhateverChangesHere) {
  warm(kTarget);
  delivery_->forget(bucket_, "another.jpg");
  EXPECT_FALSE(find(kTarget)) << "whichever object it was";

  warm(kTarget);
  delivery_->forget_settings();
  EXPECT_FALSE(find(kTarget));

  warm(kTarget);
  const auto object = run(index_.find(ctx_, bucket_, "cat.jpg"));
  run(delivery_->drop(ctx_, tenant_, object->content));
  EXPECT_FALSE(find(kTarget));
}

TEST_F(HotAnswersTest, AreNotKeptWhereThingsChangedWhileTheyWereDecided) {
  const auto decided = hot_->now();
  auto response = warm(kTarget);
  ASSERT_TRUE(response.is_repeatable);
  http::Request request;
  request.method = http::Method::get;
  request.target = "/api/v1/other";
  delivery_->forget_settings();
  hot_->keep(request, response, decided);

  EXPECT_FALSE(find("/other"));
}

TEST_F(HotAnswersTest, AreOfTheFieldsThatDecide) {
  add_rule("best", R"({"format":"auto","actions":[{"resize":{"width":300}}]})");
  const std::string target = "/shop/images/cat.jpg?rule=best";
  const auto webp = warm(target, {{"Accept", "image/webp"}, {"User-Agent", "a"}});

  EXPECT_FALSE(find(target));
  EXPECT_FALSE(find(target, {{"Accept", "image/avif"}}));
  EXPECT_FALSE(find(target, {{"Accept", "image/webp"}, {"Host", "img.example.com"}}));
  EXPECT_FALSE(find(target, {{"Accept", "image/webp"}, {"Save-Data", "on"}}));
  EXPECT_TRUE(find(target, {{"Accept", "image/webp"}, {"User-Agent", "b"}, {"Referer", "https://example.com/"}}));
}

TEST_F(HotAnswersTest, LeaveToTheOthersWhatIsLookedAtEachTime) {
  warm(kTarget);

  EXPECT_FALSE(find(kTarget, {}, http::Method::head));
  for (const auto* name : {"Range", "If-Range", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "Authorization",
                           "X-Access-Key-Id"}) {
    EXPECT_FALSE(find(kTarget, {{name, "x"}})) << name;
  }
}

TEST_F(HotAnswersTest, SayThatNothingIsNew) {
  const auto tag = std::string(warm(kTarget).fields.get("ETag"));
  const FieldList known{{"If-None-Match", tag}};
  EXPECT_EQ(fetch(kTarget, known).status, 304);

  const auto hot = find(kTarget, known);
  ASSERT_TRUE(hot);
  EXPECT_EQ(hot->status, 304);
  EXPECT_EQ(hot->body_size(), 0U);
  EXPECT_NE(hot->written_fields->find("ETag: " + tag), std::string::npos);
  EXPECT_FALSE(find(kTarget, {{"If-None-Match", "\"another\""}}));
}

TEST_F(HotAnswersTest, HoldNoPictureThatMemoryHasLetGo) {
  const auto tag = std::string(warm(kTarget).fields.get("ETag"));
  const auto family = family_of(*Digest::parse(tag.substr(1, 64)));
  run(memory_->remove(ctx_, family));
  run(disk_in_use_->remove(ctx_, family));  // a fake of it, which shares the bytes

  EXPECT_FALSE(find(kTarget));
}

TEST_F(HotAnswersTest, AreLetGoOfAtOnceWhereRenditionsAreDropped) {
  delivery_->when_dropping([this] { hot_->clear(); });
  warm(kTarget);
  const std::weak_ptr<const std::string> fields = find(kTarget)->written_fields;
  ASSERT_FALSE(fields.expired());

  run(delivery_->drop(ctx_, TenantId(), ContentHash()));

  EXPECT_TRUE(fields.expired());
}

TEST_F(HotAnswersTest, AreForEverybodyOnly) {
  const auto own = add_key(tenant_);
  change_bucket({.is_private = true});
  const auto target = signed_target("/shop/images/cat.jpg", own) + "&rule=small";
  EXPECT_EQ(warm(target).status, 200);
  EXPECT_FALSE(find(target));

  change_bucket({.is_private = false});
  add_rule("guarded", R"({"format":"jpg","policy":{"access":{"referers":["example.com"]}}})");
  const std::string guarded = "/shop/images/cat.jpg?rule=guarded";
  EXPECT_EQ(warm(guarded, {{"Referer", "https://example.com/"}}).status, 200);
  EXPECT_FALSE(find(guarded));
}

TEST_F(HotAnswersTest, AreNoneOfWhatEndsAtATimeOfItsOwn) {
  run(index_.set_metadata(ctx_, bucket_, "cat.jpg", clock_.now() + Seconds(3600), "", clock_.now(), std::nullopt));
  delivery_->forget(bucket_, "cat.jpg");
  EXPECT_EQ(warm(kTarget).status, 200);

  EXPECT_FALSE(find(kTarget));
}

TEST_F(HotAnswersTest, AreNoErrors) {
  warm("/shop/images/none.jpg?rule=small");

  EXPECT_FALSE(find("/shop/images/none.jpg?rule=small"));
}

}  // namespace
}  // namespace calotype::api
