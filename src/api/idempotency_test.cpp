// Requests with an Idempotency-Key are carried out once.
#include "api/idempotency.h"

#include "api/management_fixture.h"

namespace calotype::api {
namespace {

using http::Method;

class IdempotencyTest : public ManagementTest {
 protected:
  IdempotencyTest() {
    domain_ = make(shop_path() + "/domains", R"({"name":"site"})");
    objects_path_ = make(domain_ + "/buckets", R"({"name":"pictures"})") + "/objects";
  }

  static std::string picture(std::string_view rest = "") {
    return toy_image(ImageFormat::jpg, {.width = 40, .height = 30}, 1, rest);
  }
  Sent upload(const std::string& key, const std::string& bytes = picture(), const std::string& metadata = "{}") {
    Sent sent{.method = Method::post, .path = objects_path_, .body = bytes, .metadata = metadata};
    sent.fields.add("Idempotency-Key", key);
    return sent;
  }
  Got send(const Sent& sent) { return ManagementTest::send(sent, shop_); }
  std::size_t objects_there() {
    return send({.method = Method::get, .path = objects_path_}).json().at("objects").as_array().size();
  }

  std::string domain_;
  std::string objects_path_;
};

TEST_F(IdempotencyTest, TheSameRequestIsAnsweredAlike) {
  const auto first = send(upload("\"k 1\""));
  clock_.advance(Seconds(60));
  const auto again = send(upload("k 1"));

  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.location(), first.location());
  EXPECT_EQ(again.fields.get("ETag"), first.fields.get("ETag"));
  EXPECT_EQ(again.fields.get("Idempotency-Replayed"), "true");
  EXPECT_FALSE(first.fields.has("Idempotency-Replayed"));
  EXPECT_EQ(objects_there(), 1U);
  EXPECT_EQ(send(upload("another")).status, 201);
  EXPECT_EQ(objects_there(), 2U);
}

TEST_F(IdempotencyTest, AnotherRequestOfTheKeyIsRefused) {
  send(upload("k", picture(), R"({"oid":"a.jpg"})"));

  EXPECT_EQ(send(upload("k", picture(), R"({"oid":"b.jpg"})")).at("/code"), "idempotency-key-reused");
  EXPECT_EQ(send(upload("k", picture("other"), R"({"oid":"a.jpg"})")).at("/code"), "idempotency-key-reused");
  auto typed = upload("k", picture(), R"({"oid":"a.jpg"})");
  typed.fields.add("Content-Type", "image/png");
  EXPECT_EQ(send(typed).status, 422);
  EXPECT_EQ(objects_there(), 1U);
}

TEST_F(IdempotencyTest, RefusalsAreAnsweredAlikeAsFarAsTheyWereMeant) {
  const auto refused = send(upload("k", "no picture"));
  EXPECT_EQ(refused.status, 415);
  EXPECT_EQ(send(upload("k", "no picture")).fields.get("Idempotency-Replayed"), "true");

  engine_.fail(Fault::unavailable);
  EXPECT_EQ(send(upload("busy")).status, 503);
  const auto again = send(upload("busy"));
  EXPECT_EQ(again.status, 201) << "what was not our answer to the request is not kept";
  EXPECT_FALSE(again.fields.has("Idempotency-Replayed"));
}

/// A body in the middle of which something else happens.
class Interrupted final : public http::BodyReader {
 public:
  Interrupted(std::string text, std::function<Task<http::Response>()> meanwhile)
      : text_(std::move(text)), meanwhile_(std::move(meanwhile)) {}
  std::optional<std::uint64_t> announced() const override { return text_.size(); }
  void limit(std::uint64_t) override {}
  Task<std::size_t> read(std::span<std::byte> into) override {
    if (!seen) {
      seen.emplace();
      seen = co_await meanwhile_();
    }
    const auto count = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, count);
    at_ += count;
    co_return count;
  }

  std::optional<http::Response> seen;

 private:
  std::string text_;
  std::function<Task<http::Response>()> meanwhile_;
  std::size_t at_ = 0;
};

TEST_F(IdempotencyTest, OneThatIsRunningIsNotBegunAgain) {
  const auto token = make_token(shop_.private_pem, "POST", objects_path_, clock_.now(), "{}");
  http::Request first{.method = Method::post,
                      .method_text = "POST",
                      .target = "",
                      .path = "/api/v1" + objects_path_,
                      .query = "jwt=" + token + "&AccessKeyId=" + shop_.key.text(),
                      .fields = upload("k").fields,
                      .peer = "127.0.0.1"};
  auto second = first;
  MemoryBody plain(picture());
  second.body = &plain;
  const auto handle = handler();
  Interrupted body(picture(), [&] { return handle({.deadline = SteadyTime::max(), .request_id = "r-2"}, second); });
  first.body = &body;

  EXPECT_EQ(send_raw(first).status, 201);
  ASSERT_TRUE(body.seen);
  EXPECT_EQ(body.seen->status, 409);
  EXPECT_EQ(body.seen->fields.get("Retry-After"), "1");
  EXPECT_NE(std::get<Bytes>(body.seen->body).text().find("request-running"), std::string::npos);
  EXPECT_EQ(objects_there(), 1U);
}

TEST_F(IdempotencyTest, WhatWasBegunAndLeftIsDoneOnce) {
  // As after a crash behind the work: what was stored is there, and the claim has no answer.
  const auto first = send(upload("k"));
  answers_.lose_answers();
  const auto again = send(upload("k"));

  EXPECT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(again.at("/object_id"), first.at("/object_id")) << "its made name comes of the key";
  EXPECT_EQ(objects_there(), 1U);
}

TEST_F(IdempotencyTest, ASecretIsShownOnce) {
  Sent sent{.method = Method::post, .path = shop_path() + "/access-keys"};
  sent.fields.add("Idempotency-Key", "k");
  const auto first = send(sent);
  const auto again = send(sent);

  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(again.status, 409) << again.body;
  EXPECT_EQ(again.at("/code"), "already-done");
}

TEST_F(IdempotencyTest, KeysMustBeReadable) {
  for (const auto& key : {std::string(), std::string("\"open"), std::string("\"a\"b\""), std::string("\xc3\xb8"),
                          std::string(256, 'k')}) {
    const auto got = send(upload(key));

    EXPECT_EQ(got.status, 400) << key;
    EXPECT_EQ(got.at("/code"), "invalid-idempotency-key") << key;
  }
  EXPECT_EQ(send(upload(std::string(255, 'k'))).status, 201);
}

TEST_F(IdempotencyTest, ReadingIsNotRemembered) {
  Sent sent{.method = Method::get, .path = objects_path_};
  sent.fields.add("Idempotency-Key", "k");
  EXPECT_EQ(send(sent).status, 200);
  send(upload("u"));

  EXPECT_EQ(send(sent).json().at("objects").as_array().size(), 1U);
}

}  // namespace
}  // namespace calotype::api
