#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "model/tenant.h"

namespace calotype {

using SigningKeyId = Id<struct SigningKeyTag>;

/// A secret that signs URLs of whatever a tenant serves. The tenant's own copy is shown once.
struct SigningKey {
  SigningKeyId id;
  TenantId tenant;
  std::string secret;  ///< 32 octets
  std::string description;
  WallTime created;
  std::optional<WallTime> ends{};  ///< its signatures are good until then
};

/// What is absent stays as it is.
struct SigningKeyChange {
  std::optional<std::string> description;
  std::optional<WallTime> ends;
  WallTime when;
};

}  // namespace calotype
