#include "access/authorize.h"

namespace calotype::access {

bool may_enter(const Caller& caller, TenantId tenant) { return caller.is_operator || caller.tenant == tenant; }

void authorize(const Caller& caller, TenantId tenant) {
  if (may_enter(caller, tenant)) return;
  throw Error(Fault::missing, fmt::format("find tenant {}: none", tenant.text()));
}

void authorize_operator(const Caller& caller) {
  if (!caller.is_operator) throw Error(Fault::denied, "use the installation's own calls: operators only");
}

}  // namespace calotype::access
