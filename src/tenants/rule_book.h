#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "ports/catalog.h"

namespace calotype::tenants {

/// The stored rules of a domain. Thread: any.
class RuleBook {
 public:
  RuleBook(Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

  /// Stores the body as it is, as revision 1. Throws: unprocessable with every error of the rule, or where it has no
  /// name; conflict (the name), missing (the domain).
  Task<StoredRule> add(Context ctx, Domain domain, std::string body);
  Task<std::vector<StoredRule>> list(Context ctx, Domain domain);
  /// The latest revision, by id or name. Throws missing.
  Task<StoredRule> require(Context ctx, Domain domain, std::string id_or_name);

 private:
  Catalog& catalog_;
  const Clock& clock_;
};

}  // namespace calotype::tenants
