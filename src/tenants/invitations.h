#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/invitation_store.h"

namespace calotype::tenants {

/// An invitation with its code, which is here for the only time.
struct MadeInvitation {
  Invitation invitation;
  std::string code;
};

/// Who may sign up where that is by invitation. Thread: any.
class Invitations {
 public:
  static constexpr Seconds kUsualLife{7 * 86'400};
  static constexpr Seconds kLongestLife{365 * 86'400};

  Invitations(InvitationStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Throws unprocessable with pointers: the note, or how long it is good.
  Task<MadeInvitation> make(Context ctx, std::string note, std::optional<Seconds> life);
  Task<std::vector<Invitation>> list(Context ctx);
  /// Throws missing, also for what is no id.
  Task<> remove(Context ctx, std::string id);

 private:
  InvitationStore& store_;
  const Clock& clock_;
};

}  // namespace calotype::tenants
