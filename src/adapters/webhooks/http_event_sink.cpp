#include "adapters/webhooks/http_event_sink.h"

#include <boost/json.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/error.h"
#include "http/address.h"

namespace calotype {

namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::uint64_t kMostAnswer = 64 * 1024;

http::ClientOptions client_options(bool may_go_inside) {
  http::ClientOptions options;
  options.connect_wait = Milliseconds(5'000);
  options.answer_wait = Milliseconds(10'000);
  if (!may_go_inside) options.allows = [](const std::string& address) { return http::is_public_address(address); };
  return options;
}

}  // namespace

std::string event_json(const StoredEvent& event) {
  const auto data = event.data.empty() ? boost::json::object() : boost::json::parse(event.data).as_object();
  return boost::json::serialize(boost::json::object{{"id", event.id.text()},
                                                    {"type", event.type},
                                                    {"time", event.time.time_since_epoch().count()},
                                                    {"subject", event.subject},
                                                    {"data", data}});
}

std::string webhook_signature(const std::string& secret, const std::string& id, std::int64_t timestamp,
                              const std::string& body) {
  const auto key =
      secret.starts_with(kSecretPrefix) ? decode_base64(secret.substr(kSecretPrefix.size())) : std::nullopt;
  if (!key) throw Error(Fault::internal, "sign a delivery: the webhook's secret cannot be read");
  const auto text = fmt::format("{}.{}.{}", id, timestamp, body);
  return "v1," + encode_base64(hmac(*key, text).text());
}

HttpEventSink::HttpEventSink(const Clock& clock, HttpEventSinkOptions options)
    : clock_(clock), client_(client_options(options.may_go_inside)) {}

Task<> HttpEventSink::send(Context ctx, Delivery delivery) {
  const auto body = event_json(delivery.event);
  const auto id = delivery.event.id.text();
  const auto timestamp = std::chrono::floor<Seconds>(clock_.now()).time_since_epoch().count();
  http::ClientRequest request{.method = http::Method::post, .url = delivery.webhook.url};
  request.fields.set("Content-Type", "application/json");
  request.fields.set("User-Agent", "calotype");
  request.fields.set("webhook-id", id);
  request.fields.set("webhook-timestamp", std::to_string(timestamp));
  request.fields.set("webhook-signature", webhook_signature(delivery.webhook.secret, id, timestamp, body));
  request.body = Bytes::from(body);
  auto response = co_await client_.send(ctx, std::move(request));
  const auto status = response.status();
  if (status < 200 || status > 299) {
    const bool is_theirs = status >= 300 && status < 500 && status != 408 && status != 429;
    throw Error(Fault::unavailable, fmt::format("deliver an event: the receiver answered {}", status),
                is_theirs ? "refused-by-receiver" : "");
  }
  // Read to its end, so that the connection can be used again; what it says is not asked for.
  if (response.announced().value_or(0) <= kMostAnswer) {
    const auto ignored = co_await response.read_all(kMostAnswer);
    static_cast<void>(ignored);
  }
}

}  // namespace calotype
