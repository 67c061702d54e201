#pragma once

#include <vector>

#include "adapters/sqlite/connection.h"
#include "model/policy.h"
#include "model/tenant.h"

/// Access keys as rows.
namespace calotype::key_rows {

/// Six columns: id, tenant, public_key_pem, description, is_active, created_ms.
AccessKey read(Query& row);

/// A key and the policies that it has. Throws: missing (its tenant, or a policy), conflict (its id).
void insert(Connection& connection, const AccessKey& key, const std::vector<PolicyId>& policies);

void attach(Connection& connection, TenantId tenant, AccessKeyId key, PolicyId policy, WallTime when);

}  // namespace calotype::key_rows
