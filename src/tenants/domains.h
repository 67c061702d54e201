#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/catalog.h"

namespace calotype::tenants {

struct NewDomain {
  std::string name;
  std::string status = "active";
};

/// The sites of a tenant. Thread: any.
class Domains {
 public:
  Domains(Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

  /// Throws: unprocessable with pointers, conflict (the name), missing (the tenant).
  Task<Domain> add(Context ctx, TenantId tenant, NewDomain fields);
  Task<std::vector<Domain>> list(Context ctx, TenantId tenant);
  /// By id or name. Throws missing.
  Task<Domain> require(Context ctx, TenantId tenant, std::string id_or_name);
  /// Throws missing, or conflict (code "not-empty") while it holds buckets, rules or watermarks.
  Task<> remove(Context ctx, Domain domain);

 private:
  Catalog& catalog_;
  const Clock& clock_;
};

}  // namespace calotype::tenants
