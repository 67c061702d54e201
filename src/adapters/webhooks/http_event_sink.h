#pragma once

#include "core/clock.h"
#include "http/client.h"
#include "ports/event_sink.h"

namespace calotype {

struct HttpEventSinkOptions {
  bool may_go_inside = false;  ///< to addresses that are not public
};

/// Sends events to webhooks: POST with JSON, signed after "Standard Webhooks": the fields webhook-id, webhook-timestamp
/// and webhook-signature. Redirects are not followed: any answer but 2xx is a refusal. Thread: any.
class HttpEventSink final : public EventSink {
 public:
  HttpEventSink(const Clock& clock, HttpEventSinkOptions options);
  Task<> send(Context ctx, Delivery delivery) override;

 private:
  const Clock& clock_;
  http::Client client_;
};

/// An event as receivers see it.
std::string event_json(const StoredEvent& event);

/// "v1," and base64 of the HMAC-SHA256 over "id.timestamp.body". `secret`: "whsec_" and base64. Throws internal for
/// another.
std::string webhook_signature(const std::string& secret, const std::string& id, std::int64_t timestamp,
                              const std::string& body);

}  // namespace calotype
