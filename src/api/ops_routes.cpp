#include "api/ops_routes.h"

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "core/encoding.h"
#include "core/error.h"

namespace calotype::api {

namespace {

constexpr Milliseconds kCheckLimit{1'000};

http::Response text_response(int status, std::string type, std::string text) {
  http::Response response;
  response.status = status;
  response.fields.add("Content-Type", std::move(type));
  response.fields.add("Cache-Control", "no-store");
  response.body = Bytes::from(std::move(text));
  return response;
}

Task<http::Response> serve_live() { co_return text_response(200, "text/plain; charset=utf-8", "ok\n"); }

/// What is wrong with a part; nullopt when nothing is.
Task<std::optional<std::string>> complaint(const HealthCheck& check, Context ctx) {
  std::optional<std::string> message;
  try {
    co_await check.run(std::move(ctx));
  } catch (const Error& error) {  // to be down is this question's answer, not its failure
    message = error.what();
  }
  co_return message;
}

Task<http::Response> serve_ready(std::shared_ptr<const Health> health, Context ctx) {
  std::string parts;
  bool is_down = false;
  bool is_degraded = false;
  const auto nearer = ctx.within(std::chrono::steady_clock::now(), kCheckLimit);
  for (const auto& check : health->checks) {
    const auto wrong = co_await complaint(check, nearer);
    if (wrong) (check.is_vital ? is_down : is_degraded) = true;
    parts += parts.empty() ? "" : ",";
    append_json_string(parts, check.name);
    parts += fmt::format(R"(:{{"status":"{}")", wrong ? "DOWN" : "UP");
    if (wrong) {
      parts += R"(,"detail":)";
      append_json_string(parts, *wrong);
    }
    parts += '}';
  }
  const bool is_leaving = health->is_leaving();
  const auto status = is_leaving ? "OUT_OF_SERVICE" : is_down ? "DOWN" : is_degraded ? "DEGRADED" : "UP";
  co_return text_response(is_leaving || is_down ? 503 : 200, "application/json",
                          fmt::format("{{\"status\":\"{}\",\"checks\":{{{}}}}}\n", status, parts));
}

Task<http::Response> serve_metrics(telemetry::Metrics& metrics) {
  co_return text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics.exposition());
}

http::Route get(std::string pattern, std::string name, http::RouteHandler handle) {
  return {
      .method = http::Method::get, .pattern = std::move(pattern), .name = std::move(name), .handle = std::move(handle)};
}

}  // namespace

std::vector<http::Route> ops_routes(Health health, telemetry::Metrics& metrics) {
  const auto shared = std::make_shared<const Health>(std::move(health));
  const auto live = [](Context, http::Request&, http::PathValues) { return serve_live(); };
  const auto ready = [shared](Context ctx, http::Request&, http::PathValues) {
    return serve_ready(shared, std::move(ctx));
  };
  const auto numbers = [&metrics](Context, http::Request&, http::PathValues) { return serve_metrics(metrics); };
  return {get("/healthz", "health", live), get("/livez", "health", live), get("/readyz", "ready", ready),
          get("/healthcheck", "ready", ready), get("/metrics", "metrics", numbers)};
}

}  // namespace calotype::api
