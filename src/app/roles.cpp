#include "app/roles.h"

#include <array>

#include "api/chain.h"
#include "api/document_routes.h"
#include "api/fetch_routes.h"
#include "api/hot_answers.h"
#include "api/job_routes.h"
#include "api/management.h"
#include "api/ops_routes.h"
#include "api/statics_routes.h"
#include "core/error.h"

namespace calotype::app {

namespace {

http::Handler mount_fetch(const Mounting& mounting) {
  auto& parts = mounting.parts;
  const api::FetchParts fetch{
      .delivery = parts.delivery, .access = parts.access, .signed_urls = parts.signed_urls, .clock = parts.clock};
  auto routes = api::image_routes(fetch);
  for (auto& route : api::statics_routes(fetch)) routes.push_back(std::move(route));
  if (mounting.config.documents == "on") {
    for (auto& route : api::page_routes(fetch)) routes.push_back(std::move(route));
  }
  for (auto& route : api::job_routes(parts.delivery)) routes.push_back(std::move(route));
  for (auto& route : api::document_routes()) routes.push_back(std::move(route));
  auto handler = api::with_short_lived_errors(api::make_handler(std::move(routes)));
  const auto hot = std::make_shared<api::HotAnswers>(parts.delivery, parts.clock, parts.metrics);
  parts.delivery.when_dropping([hot] { hot->clear(); });
  return api::with_hot_answers(std::move(handler), hot);
}

api::SignUp sign_up_of(const Config& config) {
  if (config.sign_up == "open") return api::SignUp::open;
  return config.sign_up == "invitation" ? api::SignUp::invitation : api::SignUp::closed;
}

http::Handler mount_management(const Mounting& mounting) {
  auto& parts = mounting.parts;
  const auto forget = [&delivery = parts.delivery](BucketId bucket, const std::string& name) {
    delivery.forget(bucket, name);
  };
  auto routes = api::management_routes(
      {.access = parts.access,
       .keys = parts.keys,
       .policies = parts.policies,
       .signing_keys = parts.signing_keys,
       .tenants = parts.tenants,
       .objects = parts.objects,
       .uploads = parts.uploads,
       .answers = parts.answers,
       .events = parts.events,
       .rate_limit = parts.rate_limit,
       .clock = parts.clock,
       .forget = forget,
       .settings_changed = [&delivery = parts.delivery] { delivery.forget_settings(); },
       .explain = [&delivery = parts.delivery](
                      Context ctx, delivery::Ask ask) { return delivery.explain(std::move(ctx), std::move(ask)); },
       .may_tell_inside = mounting.config.webhook_addresses == "any",
       .sign_up = sign_up_of(mounting.config)});
  for (auto& route : api::document_routes()) routes.push_back(std::move(route));
  return api::make_handler(std::move(routes));
}

Task<> require_engine(const ImageEngine& engine) {
  if (!engine.is_ready()) throw Error(Fault::unavailable, "find a worker: none is up");
  co_return;
}

http::Handler mount_operations(const Mounting& mounting) {
  auto& parts = mounting.parts;
  api::Health health;
  health.checks = {
      {.name = "catalog", .run = [&parts](Context ctx) { return parts.catalog.check(std::move(ctx)); }},
      // What is cached is served without the originals: all servers at once must not say that they cannot be used.
      {.name = "blobs", .run = [&parts](Context ctx) { return parts.blobs.check(std::move(ctx)); }, .is_vital = false},
      {.name = "engine", .run = [&parts](Context) { return require_engine(parts.engine); }}};
  health.is_leaving = mounting.is_leaving;
  return api::make_handler(api::ops_routes(std::move(health), parts.metrics), "");
}

constexpr std::array kAllMounts{
    MountSpec{"fetch", &Config::fetch_address, &Config::fetch_port, mount_fetch},
    MountSpec{"mgmt", &Config::mgmt_address, &Config::mgmt_port, mount_management},
    MountSpec{"ops", &Config::ops_address, &Config::ops_port, mount_operations},
};

constexpr std::array kRoles{
    RoleSpec{.name = "all", .serves = "everything, in one process", .mounts = kAllMounts},
};

}  // namespace

std::span<const RoleSpec> roles() { return kRoles; }

std::vector<http::ListenerSpec> listeners_of(const RoleSpec& role, const Mounting& mounting) {
  const auto& config = mounting.config;
  http::ServerLimits limits;
  limits.connections = static_cast<std::size_t>(config.connections);
  limits.connections_per_peer = static_cast<std::size_t>(config.connections_per_peer);
  limits.body_bytes = static_cast<std::uint64_t>(config.upload_bytes);
  std::vector<http::ListenerSpec> listeners;
  for (const auto& mount : role.mounts) {
    http::ListenerSpec listener;
    listener.name = mount.listener;
    listener.address = config.*mount.address;
    listener.port = static_cast<int>(config.*mount.port);
    listener.limits = limits;
    listener.handler = mount.handler(mounting);
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

}  // namespace calotype::app
