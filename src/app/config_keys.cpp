#include <algorithm>

#include "app/config.h"

namespace calotype::app {

namespace {

constexpr std::int64_t kMostPort = 65'535;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kTerabyteInMegabytes = 1'000'000;

const std::vector<Key>& table() {
  static const std::vector<Key> rows{
      {"data", &Config::data, "folder of the catalog, the originals and the disk cache; made when missing"},
      {"worker", &Config::worker, "path of calotype-worker; empty: beside the executable"},
      {"threads", &Config::threads, "network threads; 0: one for each core", 0, 256},
      {"fetch.address", &Config::fetch_address, "where browsers and CDNs come in"},
      {"fetch.port", &Config::fetch_port, "0: any free one", 0, kMostPort},
      {"fetch.own_hosts", &Config::own_hosts,
       "host names of the installation itself, between commas: no tenant may register one"},
      {"mgmt.address", &Config::mgmt_address, "where the tenants' back ends come in"},
      {"mgmt.port", &Config::mgmt_port, "0: any free one", 0, kMostPort},
      {"ops.address", &Config::ops_address, "health and metrics; never expose it"},
      {"ops.port", &Config::ops_port, "0: any free one", 0, kMostPort},
      {"connections.most", &Config::connections, "open connections of one listener", 1, 1'000'000},
      {"connections.per_peer", &Config::connections_per_peer, "of one address; 0: no limit, for behind a proxy", 0,
       1'000'000},
      {"notice_seconds", &Config::notice_seconds,
       "how long to serve on after SIGTERM with /readyz at 503, for balancers to see", 0, 600},
      {"drain_seconds", &Config::drain_seconds, "how long requests in flight may take after SIGTERM", 0, 600},
      {"sign_up",
       &Config::sign_up,
       "who may make a tenant: anybody, whoever has an operator's invitation, or operators only",
       0,
       0,
       {"open", "invitation", "closed"}},
      {"auth.iat_window_seconds", &Config::iat_window_seconds, "how far a token's iat may lie from now", 1, kDay},
      {"auth.clock_skew_seconds", &Config::clock_skew_seconds, "tolerance for exp and nbf", 0, 600},
      {"upload.most_bytes", &Config::upload_bytes, "of one request: an original, or a part of one", 1, 10'000'000'000},
      {"upload.most_multipart_bytes", &Config::multipart_bytes, "of one original that comes in parts", 1,
       1'000'000'000'000},
      {"upload.most_open", &Config::open_uploads, "uploads in parts that one tenant may have under way", 1, 1'000'000},
      {"upload.abandoned_seconds", &Config::abandoned_seconds,
       "how long an upload in parts may take, from its beginning", 1, 365 * kDay},
      {"upload.reserve_megabytes", &Config::reserve_megabytes, "free space below which uploads are refused (507)", 0,
       kTerabyteInMegabytes},
      {"documents", &Config::documents, "PDF: stored, and its pages served as pictures", 0, 0, {"off", "on"}},
      {"limits.sign_ups_per_hour", &Config::sign_ups_per_hour,
       "sign-ups from one address (of IPv6: one /64); 0: no limit", 0, 1'000'000},
      {"limits.requests_per_second", &Config::requests_per_second,
       "management requests of one tenant, on average; 0: no limit; operators set others for single tenants", 0,
       1'000'000},
      {"limits.requests_burst", &Config::requests_burst, "management requests of one tenant at once", 1, 1'000'000},
      {"limits.source_megapixels", &Config::source_megapixels, "of one frame of an original", 1, 268},
      {"limits.animation_megapixels", &Config::animation_megapixels, "of all frames that one rendition decodes", 1,
       10'000},
      {"limits.frames", &Config::frames, "of one rendition", 1, 1'000},
      {"workers.light", &Config::light_workers, "workers for quick jobs; 0: one for each core", 0, 256},
      {"workers.heavy", &Config::heavy_workers,
       "workers for animations, AVIF and very large pictures, started with the first of those", 1, 256},
      {"workers.documents", &Config::document_workers, "workers for documents, where they are taken", 1, 256},
      {"workers.background", &Config::background_workers,
       "workers for jobs in the background, as many as run at once, started with the first jobs; 0: one at a time, "
       "with the heavy ones",
       0, 256},
      {"workers.queue", &Config::worker_queue, "jobs that may wait for a worker of one lane", 0, 100'000},
      {"workers.queue_wait_ms", &Config::queue_wait_ms, "how long a job may wait before 503", 1, 600'000},
      {"workers.deadline_ms", &Config::job_deadline_ms, "how long a job may run before its worker is killed", 10,
       600'000},
      {"workers.job_megabytes", &Config::job_megabytes, "memory that one job may be planned to use", 16, 65'536},
      {"workers.recycle_jobs", &Config::recycle_jobs, "jobs after which a worker is replaced by a fresh one", 1,
       1'000'000'000},
      {"cache.memory_megabytes", &Config::memory_cache_megabytes, "renditions kept in memory", 0, kTerabyteInMegabytes},
      {"cache.disk_megabytes", &Config::disk_cache_megabytes, "renditions kept on disk", 0, kTerabyteInMegabytes},
      {"delivery.patience_ms", &Config::patience_ms,
       "how long a request waits for a new rendition where an older one could be shown meanwhile", 0, 600'000},
      {"delivery.async_cost_ms", &Config::async_cost_ms,
       "estimated milliseconds of processor above which a rendition is made in the background, with 202 and a job, "
       "where its rule does not say",
       1, 1'000'000},
      {"delivery.async_jobs", &Config::async_jobs,
       "jobs in the background that wait or run; of one tenant half of them; then 503", 1, 10'000},
      {"delivery.async_seconds", &Config::async_seconds, "how long a job in the background may run", 1, 120},
      {"lifecycle.every_seconds", &Config::lifecycle_seconds,
       "between two rounds of the background work that removes what has had its time", 1, kDay},
      {"lifecycle.sweep_seconds", &Config::sweep_seconds,
       "between two rounds through all originals' bytes, for those that are nobody's", 1, 30 * kDay},
      {"lifecycle.orphan_seconds", &Config::orphan_seconds,
       "age at which bytes that are nobody's go; longer than any upload takes", 60, 30 * kDay},
      {"events.keep_days", &Config::event_days, "how long events are kept", 1, 3'650},
      {"webhooks.addresses",
       &Config::webhook_addresses,
       "where webhooks may lead: public addresses, or any, also inside",
       0,
       0,
       {"public", "any"}},
      {"webhooks.retry_seconds", &Config::webhook_retry_seconds,
       "how long after an event its delivery is tried; then it is a dead letter", 1, 30 * kDay},
      {"log.level", &Config::log_level, "least level that is written", 0, 0, {"debug", "info", "warning", "error"}},
      {"log.format", &Config::log_format, "one JSON object a line, or text for people", 0, 0, {"json", "text"}},
  };
  return rows;
}

}  // namespace

std::string Key::environment() const {
  std::string variable = "CALOTYPE_" + std::string(name);
  for (auto& c : variable) c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

std::string Key::flag() const {
  std::string option = "--" + std::string(name);
  std::replace(option.begin(), option.end(), '.', '-');
  std::replace(option.begin(), option.end(), '_', '-');
  return option;
}

std::span<const Key> keys() { return table(); }

}  // namespace calotype::app
