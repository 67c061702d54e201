#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "ports/catalog.h"

namespace calotype::tenants {

struct DistributionOptions {
  std::vector<std::string> own_hosts;  ///< names that the installation itself goes by, and that no tenant may take
  std::size_t most = 100;              ///< of one tenant
};

struct NewDistribution {
  std::string dns_name;  ///< any case; a dot at its end is cut
  bool auto_format = false;
};

/// The host names under which tenants are served. Thread: any.
class Distributions {
 public:
  Distributions(Catalog& catalog, const Clock& clock, DistributionOptions options)
      : catalog_(catalog), clock_(clock), options_(std::move(options)) {}

  /// Throws: unprocessable with pointers, conflict (the name, in the whole installation).
  Task<Distribution> add(Context ctx, TenantId tenant, NewDistribution fields);
  Task<std::vector<Distribution>> list(Context ctx, TenantId tenant);
  /// Throws missing.
  Task<Distribution> require(Context ctx, TenantId tenant, std::string id);
  /// Throws as add(), and missing.
  Task<Distribution> change(Context ctx, Distribution distribution, NewDistribution fields);
  /// Throws missing.
  Task<> remove(Context ctx, Distribution distribution);

 private:
  std::string checked(std::string dns_name, std::string attempt) const;

  Catalog& catalog_;
  const Clock& clock_;
  DistributionOptions options_;
};

/// Whether it is a full host name in lower case: at least two labels, the last one no number. So no address.
bool is_host_name(std::string_view text);

}  // namespace calotype::tenants
