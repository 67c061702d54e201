#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/policy.h"

/// What statements come to for one request (docs/adr/0009). Pure.
namespace calotype::access {

/// A thing that a request touches, by every name that it has.
struct Resource {
  std::string kind;                ///< "bucket"
  std::vector<std::string> names;  ///< id and alias; of an object "<bucket>/<name>"; empty: none in particular

  bool operator==(const Resource&) const = default;
};

/// What a request does, and to what, from the outermost thing to the innermost.
struct Doing {
  std::string_view action;  ///< "buckets:create"
  TenantId tenant;          ///< that the things belong to
  const std::vector<Resource>& touched;
};

/// Whether the statements allow it: one at least must allow, and none deny. A pattern that names a thing covers what is
/// within it.
bool are_allowing(const Statements& statements, const Doing& doing);

/// Whether some resource pattern names single things of the kind: only then must their other names be looked up.
bool have_names_of(const Statements& statements, std::string_view kind);

/// Whether everything is allowed to them within the tenant, and nothing denied.
bool are_unrestricted(const Statements& statements, TenantId tenant);

/// What "default-admin" says: everything.
const Statements& default_statements();

/// "access-keys" -> "access-key", "policies" -> "policy": the kind of thing that an action's noun stands for.
std::string kind_of_noun(std::string_view noun);

}  // namespace calotype::access
