#include "access/authorize.h"

namespace calotype::access {

void authorize(const Caller& caller, TenantId tenant) {
  if (caller.is_operator || caller.tenant == tenant) return;
  throw Error(Fault::missing, fmt::format("find tenant {}: none", tenant.text()));
}

void authorize_operator(const Caller& caller) {
  if (!caller.is_operator) throw Error(Fault::denied, "use the installation's own calls: operators only");
}

}  // namespace calotype::access
