#include "adapters/sqlite/sqlite_invitation_store.h"

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/lookup.h"

namespace calotype {

namespace {

Invitation read_invitation(Query& row) {
  Invitation invitation{.id = rows::id<InvitationId>(row), .code = rows::digest(row)};
  invitation.note = row.text();
  invitation.created = rows::time(row);
  invitation.expires = rows::time(row);
  invitation.used = rows::maybe_time(row);
  if (invitation.used) invitation.tenant = rows::id<TenantId>(row);
  return invitation;
}

}  // namespace

Task<> SqliteInvitationStore::add_invitation(Context ctx, Invitation invitation) {
  auto change = [invitation = std::move(invitation)](Connection& connection) {
    Query query(connection,
                "INSERT INTO invitations (id, code_hash, note, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?)");
    rows::bind_all(query, invitation.id, invitation.code, invitation.note, invitation.created, invitation.expires)
        .run();
  };
  co_await database_.write(std::move(ctx), std::move(change));
}

Task<std::vector<Invitation>> SqliteInvitationStore::list_invitations(Context ctx) {
  return list_rows(database_, std::move(ctx),
                   "SELECT id, code_hash, note, created_ms, expires_ms, used_ms, tenant FROM invitations"
                   " ORDER BY created_ms, seq",
                   read_invitation);
}

Task<bool> SqliteInvitationStore::remove_invitation(Context ctx, InvitationId id) {
  auto change = [id](Connection& connection) {
    Query query(connection, "DELETE FROM invitations WHERE id = ?");
    rows::bind_all(query, id).run();
    return connection.changes() > 0;
  };
  co_return co_await database_.write(std::move(ctx), std::move(change));
}

}  // namespace calotype
