#pragma once

#include "access/access.h"

namespace calotype::access {

/// Whether the caller may do anything at all with what a tenant owns: operators with everything, others with their own.
/// Throws missing otherwise: another's tenant looks like one that does not exist.
void authorize(const Caller& caller, TenantId tenant);

/// What authorize() asks.
bool may_enter(const Caller& caller, TenantId tenant);

/// For what concerns the installation. Throws denied.
void authorize_operator(const Caller& caller);

}  // namespace calotype::access
