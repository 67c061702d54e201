#include "app/parts.h"

#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "app/run_now.h"
#include "cell/fonts.h"
#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::app {

namespace {

constexpr std::size_t kBlockingThreads = 4;

std::uint64_t megabytes(std::int64_t count) { return static_cast<std::uint64_t>(count) * 1'000'000; }

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

transform::Limits limits_of(const Config& config) {
  transform::Limits limits;
  limits.source_pixels = config.source_megapixels * 1'000'000;
  limits.animation_pixels = config.animation_megapixels * 1'000'000;
  limits.frames = static_cast<int>(config.frames);
  limits.memory_bytes = static_cast<std::int64_t>(megabytes(config.job_megabytes));
  return limits;
}

FileBlobStore::Options blob_options(const Config& config) {
  FileBlobStore::Options options;
  options.reserve_bytes = megabytes(config.reserve_megabytes);
  return options;
}

FileRenditionStore::Options rendition_options(const Config& config) {
  FileRenditionStore::Options options;
  options.capacity_bytes = megabytes(config.disk_cache_megabytes);
  options.reserve_bytes = megabytes(config.reserve_megabytes);
  return options;
}

delivery::Options delivery_options(const Config& config) {
  delivery::Options options;
  options.limits = limits_of(config);
  options.patience = Milliseconds(config.patience_ms);
  options.fonts = cell::fonts_digest();
  options.jobs = {.cost = config.async_cost_ms * 1'000,
                  .most = static_cast<std::size_t>(config.async_jobs),
                  .running = static_cast<std::size_t>(std::max<std::int64_t>(config.background_workers, 1)),
                  .time = Seconds(config.async_seconds)};
  return options;
}

access::AccessOptions access_options(const Config& config) {
  access::AccessOptions options;
  options.iat_window = Seconds(config.iat_window_seconds);
  options.skew = Seconds(config.clock_skew_seconds);
  return options;
}

api::RateLimits rate_limits(const Config& config) {
  return {.tenant = {.per_second = static_cast<double>(config.requests_per_second),
                     .burst = static_cast<double>(config.requests_burst)},
          .sign_ups_per_hour = static_cast<double>(config.sign_ups_per_hour)};
}

tenants::WatermarkOptions watermark_options(const Config& config) {
  tenants::WatermarkOptions options;
  options.limits = limits_of(config);
  return options;
}

tenants::DistributionOptions host_options(const Config& config) {
  tenants::DistributionOptions options;
  std::string name;
  for (const char c : config.own_hosts + ",") {
    if (c == ' ') continue;
    if (c != ',') {
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!name.empty()) {
      options.own_hosts.push_back(std::exchange(name, {}));
    }
  }
  return options;
}

events::RelayOptions relay_options(const Config& config) {
  events::RelayOptions options;
  options.retry = Seconds(config.webhook_retry_seconds);
  return options;
}

objects::Options object_options(const Config& config) {
  objects::Options options;
  options.object_bytes = static_cast<std::uint64_t>(config.upload_bytes);
  options.multipart_bytes = static_cast<std::uint64_t>(config.multipart_bytes);
  options.open_uploads = static_cast<std::size_t>(config.open_uploads);
  options.limits = limits_of(config);
  return options;
}

tenants::KeyHalves make_key() {
  auto pair = access::make_key_pair();
  return {.private_pem = std::move(pair.private_pem), .public_pem = std::move(pair.public_pem)};
}

}  // namespace

std::filesystem::path find_worker(const std::string& configured) {
  std::filesystem::path path = configured;
  if (path.empty()) {
    std::error_code ignored;
    path = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "calotype-worker";
  }
  if (::access(path.c_str(), X_OK) != 0) {
    throw Error(Fault::missing, fmt::format("find the worker's program {}: it is not there, or cannot be run; "
                                            "set it with --worker, or the key \"worker\"",
                                            path.string()));
  }
  return path;
}

workers::WorkerPoolOptions pool_options(const Config& config) {
  workers::WorkerPoolOptions options;
  options.binary = find_worker(config.worker).string();
  options.light_workers = config.light_workers > 0 ? static_cast<std::size_t>(config.light_workers) : cores();
  options.heavy_workers = static_cast<std::size_t>(config.heavy_workers);
  options.heavy_from_start = false;
  if (config.documents == "on") options.document_workers = static_cast<std::size_t>(config.document_workers);
  options.background_workers = static_cast<std::size_t>(config.background_workers);
  options.queue_bound = static_cast<std::size_t>(config.worker_queue);
  options.queue_wait = Milliseconds(config.queue_wait_ms);
  options.job_deadline = Milliseconds(config.job_deadline_ms);
  options.recycle_jobs = static_cast<int>(config.recycle_jobs);
  options.memory_bytes = megabytes(config.job_megabytes);
  options.original_bytes = static_cast<std::uint64_t>(std::max(config.upload_bytes, config.multipart_bytes));
  return options;
}

Parts::Parts(const Config& config, telemetry::Metrics& its_metrics)
    : folder(config.data),
      metrics(its_metrics),
      pool(kBlockingThreads),
      database(folder.catalog()),
      catalog(database),
      key_store(database),
      signing_key_store(database),
      invitations(database),
      used_tokens(database),
      index(database),
      upload_index(database),
      answers(database),
      outbox(database),
      leases(database),
      uses(database),
      purges(database),
      blobs(folder.blobs(), blob_options(config)),
      memory(megabytes(config.memory_cache_megabytes)),
      disk(folder.renditions(), rendition_options(config)),
      engine(pool_options(config), metrics),
      delivery({.catalog = catalog, .index = index, .blobs = blobs, .engine = engine, .memory = memory, .disk = disk},
               clock, metrics, delivery_options(config)),
      access({.catalog = catalog, .keys = key_store, .tokens = used_tokens}, clock, pool, access_options(config)),
      keys(key_store, clock, pool),
      policies(key_store, clock),
      signing_keys(signing_key_store, clock),
      signed_urls(signing_key_store, clock, Seconds(config.clock_skew_seconds)),
      rate_limit(rate_limits(config), clock),
      tenants({.catalog = catalog,
               .invitations = invitations,
               .blobs = blobs,
               .engine = engine,
               .objects = index,
               .purges = purges},
              clock, pool, make_key, watermark_options(config), host_options(config)),
      objects(blobs, index, engine, catalog, clock, object_options(config)),
      uploads(blobs, index, upload_index, engine, catalog, clock, object_options(config)),
      events(outbox, clock, {}),
      sink(clock, {.may_go_inside = config.webhook_addresses == "any"}),
      relay(outbox, sink, clock, its_metrics, relay_options(config)) {}

void recover(Parts& parts) {
  const Context ctx{.deadline = parts.clock.steady() + Seconds(30), .request_id = "start"};
  // The data folder is this process's alone: nobody carries out what is noted as running.
  run_now(parts.answers.end_claims(ctx));
  run_now(parts.leases.release_all(ctx));
}

void make_operator(Parts& parts) {
  const Context ctx{.deadline = parts.clock.steady() + Seconds(30), .request_id = "start"};
  const auto made = run_now(parts.tenants.accounts.ensure_operator(ctx));
  if (!made) return;
  // Text before a PEM block is a comment to whoever reads it (RFC 7468).
  const auto text =
      fmt::format("tenant_id: {}\naccess_id: {}\n\n{}", made->tenant.id.text(), made->key.id.text(), made->private_pem);
  write_secret(parts.folder.operator_key(), text);
  telemetry::log(telemetry::Level::info, "operator_made", {{"key_file", parts.folder.operator_key().string()}});
}

}  // namespace calotype::app
