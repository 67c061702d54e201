#include "tenants/invitations.h"

#include <fmt/format.h>

#include "core/encoding.h"
#include "core/error.h"
#include "tenants/fields.h"

namespace calotype::tenants {

namespace {

constexpr std::size_t kCodeOctets = 24;

Error no_invitation() { return Error(Fault::missing, "find the invitation: none of this id"); }

}  // namespace

Task<MadeInvitation> Invitations::make(Context ctx, std::string note, std::optional<Seconds> life) {
  FieldCheck check("make an invitation");
  if (!note.empty()) check.require_label(note, "/note");
  check.require(!life || (*life >= Seconds(1) && *life <= kLongestLife), "/expires_in",
                fmt::format("must be 1 to {} seconds", kLongestLife.count()));
  check.finish();

  MadeInvitation made;
  made.code = encode_base64url(random_octets(kCodeOctets));
  made.invitation = {.id = InvitationId::random(),
                     .code = Digest::of(made.code),
                     .note = std::move(note),
                     .created = clock_.now(),
                     .expires = clock_.now() + life.value_or(kUsualLife)};
  co_await store_.add_invitation(ctx, made.invitation);
  co_return made;
}

Task<std::vector<Invitation>> Invitations::list(Context ctx) { co_return co_await store_.list_invitations(ctx); }

Task<> Invitations::remove(Context ctx, std::string text) {
  const auto id = InvitationId::parse(text);
  if (!id) throw no_invitation();
  const bool is_removed = co_await store_.remove_invitation(ctx, *id);
  if (!is_removed) throw no_invitation();
}

}  // namespace calotype::tenants
