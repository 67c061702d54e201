#include "adapters/webhooks/http_event_sink.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/fake_clock.h"
#include "support/run_task.h"

namespace calotype {
namespace {

StoredEvent sample() {
  StoredEvent event{.sequence = 7};
  event.id = *EventId::parse("7f2c6c5e-8a4e-4b6f-9c0d-1e2f3a4b5c6d");
  event.type = "object.created";
  event.subject = "buckets/b/objects/\xc3\xb8.jpg";
  event.data = R"({"size":3})";
  event.time = WallTime(Milliseconds(1'700'000'000'123));
  return event;
}

TEST(EventJson, SaysAllThatReceiversSee) {
  EXPECT_EQ(event_json(sample()),
            "{\"id\":\"7f2c6c5e-8a4e-4b6f-9c0d-1e2f3a4b5c6d\",\"type\":\"object.created\",\"time\":1700000000123,"
            "\"subject\":\"buckets/b/objects/\xc3\xb8.jpg\",\"data\":{\"size\":3}}");
}

TEST(WebhookSignature, IsThatOfStandardWebhooks) {
  // The example of the specification (standardwebhooks.com).
  EXPECT_EQ(webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                              R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_THROW(webhook_signature("MfKQ", "id", 1, ""), Error);
}

TEST(HttpEventSink, DoesNotGoInside) {
  FakeClock clock;
  HttpEventSink sink(clock, {});
  for (const auto* url : {"http://127.0.0.1:9/", "http://[::1]:9/", "http://169.254.169.254/", "http://10.0.0.1/"}) {
    Delivery delivery{.event = sample()};
    delivery.webhook.url = url;
    delivery.webhook.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    try {
      run_task(sink.send({}, delivery));
      FAIL() << url;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::denied) << url;
    }
  }
}

}  // namespace
}  // namespace calotype
