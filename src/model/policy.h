#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "model/tenant.h"

namespace calotype {

using PolicyId = Id<struct PolicyTag>;

/// One sentence of a policy. Both lists are patterns in which `*` stands for any text: actions are
/// "<service>:<resource>:<verb>", resources "<service>:<tenant>:<kind>:<id>".
struct Statement {
  bool is_allowed = false;  ///< else it is denied
  std::vector<std::string> actions;
  std::vector<std::string> resources;

  bool operator==(const Statement&) const = default;
};
using Statements = std::vector<Statement>;

/// A named text that keys may have attached.
struct StoredPolicy {
  PolicyId id;
  TenantId tenant;
  std::string alias;  ///< unique in the tenant
  std::string body;   ///< JSON: {"version", "statements"}
  WallTime created;
};

/// What every tenant has, under the tenant's own id; it cannot be changed.
inline constexpr std::string_view kDefaultPolicy = "default-admin";
inline constexpr std::string_view kDefaultPolicyBody =
    R"({"version":"2017-04-04","statements":[{"effect":"Allow","actions":["yams:*:*"],"resources":["yams:*:*:*"]}]})";
inline PolicyId default_policy_of(TenantId tenant) { return {tenant.uuid}; }

}  // namespace calotype
