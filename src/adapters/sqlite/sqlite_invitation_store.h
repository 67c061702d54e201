#pragma once

#include "ports/invitation_store.h"

namespace calotype {

class Database;

/// The InvitationStore in a Database. Thread: any.
class SqliteInvitationStore final : public InvitationStore {
 public:
  explicit SqliteInvitationStore(Database& database) : database_(database) {}

  Task<> add_invitation(Context ctx, Invitation invitation) override;
  Task<std::vector<Invitation>> list_invitations(Context ctx) override;
  Task<bool> remove_invitation(Context ctx, InvitationId id) override;

 private:
  Database& database_;
};

}  // namespace calotype
