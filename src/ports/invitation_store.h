#pragma once

#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/invitation.h"

namespace calotype {

/// Who may sign up. An invitation is used up in the transaction that adds its tenant (Catalog::add_tenant). Thread:
/// any.
class InvitationStore {
 public:
  virtual ~InvitationStore() = default;

  /// Durable when it returns. Throws conflict (the id).
  virtual Task<> add_invitation(Context ctx, Invitation invitation) = 0;
  /// By creation.
  virtual Task<std::vector<Invitation>> list_invitations(Context ctx) = 0;
  virtual Task<bool> remove_invitation(Context ctx, InvitationId id) = 0;
};

}  // namespace calotype
