#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Everything that an operator can set, in one table: file, environment, flags, checks and docs/configuration.md come
/// from it.
namespace calotype::app {

struct Config {
  std::string data = "calotype-data";
  std::string worker;  ///< empty: calotype-worker beside this executable
  std::int64_t threads = 0;
  std::string fetch_address = "127.0.0.1";
  std::int64_t fetch_port = 8080;
  std::string own_hosts;
  std::string mgmt_address = "127.0.0.1";
  std::int64_t mgmt_port = 8081;
  std::string ops_address = "127.0.0.1";
  std::int64_t ops_port = 9090;
  std::int64_t connections = 10'000;
  std::int64_t connections_per_peer = 200;
  std::int64_t notice_seconds = 0;
  std::int64_t drain_seconds = 25;
  std::string sign_up = "open";
  std::int64_t sign_ups_per_hour = 100;
  std::int64_t requests_per_second = 1'000;
  std::int64_t requests_burst = 2'000;
  std::int64_t iat_window_seconds = 300;
  std::int64_t clock_skew_seconds = 60;
  std::int64_t upload_bytes = 50'000'000;
  std::int64_t multipart_bytes = 1'000'000'000;
  std::int64_t open_uploads = 1'000;
  std::int64_t abandoned_seconds = 7 * 86'400;
  std::int64_t patience_ms = 500;
  std::int64_t async_cost_ms = 5'000;
  std::int64_t async_jobs = 16;
  std::int64_t async_seconds = 60;
  std::int64_t lifecycle_seconds = 60;
  std::int64_t sweep_seconds = 3'600;
  std::int64_t orphan_seconds = 3'600;
  std::int64_t event_days = 30;
  std::string webhook_addresses = "public";
  std::int64_t webhook_retry_seconds = 86'400;
  std::int64_t reserve_megabytes = 256;
  std::int64_t source_megapixels = 100;
  std::int64_t animation_megapixels = 200;
  std::int64_t frames = 200;
  std::int64_t light_workers = 0;
  std::int64_t heavy_workers = 1;
  std::string documents = "off";
  std::int64_t document_workers = 1;
  std::int64_t background_workers = 1;
  std::int64_t worker_queue = 64;
  std::int64_t queue_wait_ms = 2'000;
  std::int64_t job_deadline_ms = 10'000;
  std::int64_t job_megabytes = 1'000;
  std::int64_t recycle_jobs = 10'000;
  std::int64_t memory_cache_megabytes = 256;
  std::int64_t disk_cache_megabytes = 4'096;
  std::string log_level = "info";
  std::string log_format = "json";
};

/// One row of the table.
struct Key {
  std::string_view name;  ///< "fetch.port" in the file; CALOTYPE_FETCH_PORT; --fetch-port
  std::variant<std::string Config::*, std::int64_t Config::*> member;
  std::string_view doc;
  std::int64_t least = 0;  ///< for numbers
  std::int64_t most = 0;
  std::vector<std::string_view> choices = {};  ///< for words; empty: any text

  std::string environment() const;
  std::string flag() const;
};

std::span<const Key> keys();

/// What is wrong with a configuration, and where: "calotype.toml:3", "environment CALOTYPE_FETCH_PORT", "--fetch-port".
struct ConfigFinding {
  std::string where;
  std::string message;
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

struct LoadedConfig {
  Config config;
  std::vector<ConfigFinding> findings;  ///< when there are any, the configuration is not to be used
};

/// Defaults, then the TOML file (where one is named), then the environment, then flags (key name -> text).
LoadedConfig load_config(const std::string& path, const Environment& environment,
                         const std::map<std::string, std::string>& flags);

/// The variables CALOTYPE_* of this process; also tells those that no key knows.
Environment process_environment();
std::vector<std::string> unknown_variables();

/// The effective values as TOML that load_config() reads again.
std::string print_config(const Config& config);

/// The table of docs/configuration.md.
std::string config_reference();

}  // namespace calotype::app
