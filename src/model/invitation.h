#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/digest.h"
#include "core/id.h"
#include "model/tenant.h"

namespace calotype {

using InvitationId = Id<struct InvitationTag>;

/// Lets somebody sign up, once. The code itself is kept nowhere.
struct Invitation {
  InvitationId id;
  Digest code;       ///< its SHA-256
  std::string note;  ///< for operators
  WallTime created;
  WallTime expires;
  std::optional<WallTime> used{};
  std::optional<TenantId> tenant{};  ///< who came with it, perhaps gone since
};

}  // namespace calotype
