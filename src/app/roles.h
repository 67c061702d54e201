#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/parts.h"
#include "http/server.h"

/// Which routes a process serves, on which listener: data, so that no other code asks in what layout it runs.
namespace calotype::app {

/// What a route table may need beside the parts.
struct Mounting {
  Parts& parts;
  const Config& config;
  std::function<bool()> is_leaving;
};

/// A listener with what it serves.
struct MountSpec {
  std::string_view listener;
  std::string Config::* address;
  std::int64_t Config::* port;
  http::Handler (*handler)(const Mounting&);
};

struct RoleSpec {
  std::string_view name;
  std::string_view serves;
  std::span<const MountSpec> mounts;
};

std::span<const RoleSpec> roles();

/// The listeners of a role, by configuration.
std::vector<http::ListenerSpec> listeners_of(const RoleSpec& role, const Mounting& mounting);

}  // namespace calotype::app
