#include "events/relay.h"

#include <gtest/gtest.h>

#include <map>

#include "adapters/memory/memory_event_outbox.h"
#include "core/encoding.h"
#include "core/fake_clock.h"
#include "events/events.h"
#include "support/run_task.h"

namespace calotype::events {
namespace {

/// Receivers: what each has taken, and what it answers.
class FakeSink final : public EventSink {
 public:
  Task<> send(Context, Delivery delivery) override {
    const auto& url = delivery.webhook.url;
    ++attempts[url];
    const auto found = failures.find(url);
    if (found != failures.end()) throw found->second;
    taken[url].push_back(delivery.event.data);
    co_return;
  }

  std::map<std::string, std::vector<std::string>> taken;
  std::map<std::string, int> attempts;
  std::map<std::string, Error> failures;
};

class RelayTest : public ::testing::Test {
 protected:
  Webhook hook(const std::string& url, std::vector<std::string> types = {}) {
    const WebhookAsk ask{.url = url, .types = std::move(types)};
    return run_task(events_.add({}, tenant_, ask));
  }
  void happen(const std::string& subject, const std::string& data, const std::string& type = "object.created") {
    outbox_.append({.tenant = tenant_, .type = type, .subject = subject, .data = data, .when = clock_.now()});
  }
  std::size_t round() {
    Relay relay(outbox_, sink_, clock_, metrics_, {});
    return run_task(relay.round({}));
  }
  std::vector<DeadLetter> dead(const Webhook& webhook) {
    return run_task(events_.dead_letters({}, tenant_, webhook.id.text(), 0, 10));
  }

  FakeClock clock_;
  MemoryEventOutbox outbox_;
  FakeSink sink_;
  telemetry::Metrics metrics_;
  Events events_{outbox_, clock_, {.webhooks = 3}};
  TenantId tenant_ = TenantId::random();
  const Error down_{Fault::unavailable, "no connection"};
  const Error refuses_{Fault::unavailable, "the receiver answered 400", std::string(kRefused)};
};

TEST_F(RelayTest, TellsWhoWantsToKnow) {
  hook("all");
  hook("some", {"object.deleted"});
  happen("a", "1");
  happen("a", "2", "object.deleted");

  EXPECT_EQ(round(), 2U) << "of one subject one at a time";
  EXPECT_EQ(round(), 1U);
  EXPECT_EQ(round(), 0U);
  EXPECT_EQ(sink_.taken["all"], (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(sink_.taken["some"], std::vector<std::string>{"2"});
}

TEST_F(RelayTest, OneThatIsDownHoldsUpNobody) {
  const auto webhook = hook("down");
  hook("up");
  sink_.failures.emplace("down", down_);
  for (const auto* subject : {"a", "b", "c"}) happen(subject, subject);

  round();
  EXPECT_EQ(sink_.taken["up"].size(), 3U);
  EXPECT_EQ(sink_.attempts["down"], 1) << "it was not asked for the rest";
  EXPECT_EQ(round(), 0U) << "it is left alone for a while";
  clock_.advance(Seconds(1));
  round();
  EXPECT_EQ(sink_.attempts["down"], 2);
  clock_.advance(Seconds(1));
  EXPECT_EQ(round(), 0U) << "for longer each time";
  sink_.failures.clear();
  clock_.advance(Seconds(2));
  while (round() > 0) {
  }
  EXPECT_EQ(sink_.taken["down"].size(), 3U) << "nothing is lost";
  EXPECT_TRUE(dead(webhook).empty());
}

TEST_F(RelayTest, ARefusalDelaysItsSubjectAlone) {
  hook("picky");
  sink_.failures.emplace("picky", refuses_);
  happen("a", "a1");
  happen("a", "a2");
  happen("b", "b1");
  round();
  EXPECT_EQ(sink_.attempts["picky"], 2) << "the first of each";
  sink_.failures.clear();
  clock_.advance(Seconds(1));
  while (round() > 0) {
  }

  EXPECT_EQ(sink_.taken["picky"], (std::vector<std::string>{"a1", "b1", "a2"})) << "in order within a subject";
}

TEST_F(RelayTest, WhatFailsForADayIsADeadLetterAndCanBeReplayed) {
  const auto webhook = hook("down");
  sink_.failures.emplace("down", down_);
  happen("a", "1");
  for (int i = 0; i < 60; ++i) {
    round();
    clock_.advance(Seconds(3'600));
  }
  ASSERT_EQ(dead(webhook).size(), 1U);
  EXPECT_EQ(dead(webhook)[0].error, "no connection");
  EXPECT_GT(dead(webhook)[0].attempts, 10);
  const auto attempts = sink_.attempts["down"];
  round();
  EXPECT_EQ(sink_.attempts["down"], attempts) << "it is given up";

  sink_.failures.clear();
  EXPECT_EQ(run_task(events_.replay({}, tenant_, webhook.id.text(), {})), 1U);
  round();
  EXPECT_EQ(sink_.taken["down"], std::vector<std::string>{"1"});
  EXPECT_TRUE(dead(webhook).empty());
}

TEST_F(RelayTest, ReplaysWhatHappenedBetween) {
  const auto webhook = hook("all");
  const auto begin = clock_.now();
  for (const auto* subject : {"a", "b", "c"}) {
    happen(subject, subject);
    clock_.advance(Seconds(10));
  }
  round();
  sink_.taken.clear();
  const ReplayAsk ask{.from = begin + Seconds(10), .until = begin + Seconds(20)};

  EXPECT_EQ(run_task(events_.replay({}, tenant_, webhook.id.text(), ask)), 1U);
  round();
  EXPECT_EQ(sink_.taken["all"], std::vector<std::string>{"b"});
}

TEST_F(RelayTest, AWebhookThatIsOffIsNotTold) {
  auto webhook = hook("off");
  const WebhookAsk off{.url = "off", .types = {}, .is_active = false};
  run_task(events_.change({}, tenant_, webhook.id.text(), off));
  happen("a", "1");

  EXPECT_EQ(round(), 0U);
}

TEST_F(RelayTest, ATenantHasItsOwnAndOnlySoMany) {
  const auto first = hook("1");
  hook("2");
  hook("3");
  const auto thrown = [](auto act) {
    try {
      act();
    } catch (const Error& error) {
      return std::string(error.code().empty() ? "missing" : error.code());
    }
    return std::string();
  };

  EXPECT_EQ(thrown([&] { hook("4"); }), "too-many-webhooks");
  EXPECT_EQ(thrown([&] { run_task(events_.require({}, TenantId::random(), first.id.text())); }), "missing");
  EXPECT_EQ(thrown([&] { run_task(events_.remove({}, tenant_, "no id")); }), "missing");
  run_task(events_.remove({}, tenant_, first.id.text()));
  EXPECT_EQ(thrown([&] { run_task(events_.remove({}, tenant_, first.id.text())); }), "missing");
  EXPECT_EQ(thrown([&] { hook("4"); }), "");
}

TEST(WebhookSecret, IsLongAndNeverTheSame) {
  const auto secret = make_secret();

  ASSERT_TRUE(secret.starts_with("whsec_"));
  EXPECT_EQ(decode_base64(secret.substr(6))->size(), 32U);
  EXPECT_NE(make_secret(), secret);
}

}  // namespace
}  // namespace calotype::events
