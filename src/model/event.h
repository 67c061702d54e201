#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "model/tenant.h"

namespace calotype {

using EventId = Id<struct EventTag>;
using WebhookId = Id<struct WebhookTag>;

/// Something that happened to what a tenant owns. Written in the transaction of the change itself.
struct StoredEvent {
  std::int64_t sequence = 0;  ///< rises with every event of the installation; given by the store
  EventId id;
  TenantId tenant;
  std::string type;     ///< "object.created"
  std::string subject;  ///< what it happened to: "buckets/<id>/objects/<name>". Those of one subject are told in order
  std::string data;     ///< a JSON object
  WallTime time;
};

/// Where a tenant wants to be told of events.
struct Webhook {
  WebhookId id;
  TenantId tenant;
  std::string url;
  std::vector<std::string> types;  ///< none: all
  std::string secret;              ///< "whsec_" and base64: what deliveries are signed with
  bool is_active = true;
  WallTime created;
};

/// One event on its way to one webhook.
struct Delivery {
  Webhook webhook;
  StoredEvent event;
  int attempts = 0;  ///< that have failed
};

}  // namespace calotype
