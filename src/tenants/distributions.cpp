#include "tenants/distributions.h"

#include "tenants/fields.h"

namespace calotype::tenants {

namespace {

constexpr std::size_t kMaxHost = 253;  ///< RFC 1035, 2.3.4
constexpr std::size_t kMaxLabel = 63;

Error no_distribution() { return Error(Fault::missing, "find the distribution: none of this id"); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_inner(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; }

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLabel && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), is_inner);
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.size() > kMaxHost) return false;
  std::size_t labels = 0;
  std::string_view last;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('.', at), text.size());
    last = text.substr(at, end - at);
    if (!is_label(last)) return false;
    ++labels;
    at = end + 1;
  }
  return labels >= 2 && !std::all_of(last.begin(), last.end(), is_digit);
}

std::string Distributions::checked(std::string dns_name, std::string attempt) const {
  if (dns_name.ends_with('.')) dns_name.pop_back();
  std::transform(dns_name.begin(), dns_name.end(), dns_name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  FieldCheck check(std::move(attempt));
  check.require(is_host_name(dns_name), "/dns_name",
                "must be a full host name such as \"img.example.com\": no address, port, path or other script",
                "write names of other scripts in their xn-- form");
  const auto& own = options_.own_hosts;
  check.require(std::find(own.begin(), own.end(), dns_name) == own.end(), "/dns_name",
                "is the installation's own name");
  check.finish();
  return dns_name;
}

Task<Distribution> Distributions::add(Context ctx, TenantId tenant, NewDistribution fields) {
  Distribution distribution{.id = DistributionId::random(),
                            .tenant = tenant,
                            .dns_name = checked(std::move(fields.dns_name), "add a distribution"),
                            .auto_format = fields.auto_format,
                            .created = clock_.now()};
  const auto present = co_await catalog_.list_distributions(ctx, tenant);
  if (present.size() >= options_.most) {
    throw Error(Fault::conflict, fmt::format("add a distribution: the tenant has {} already", present.size()),
                "too-many");
  }
  co_await catalog_.add_distribution(ctx, distribution);
  co_return distribution;
}

Task<std::vector<Distribution>> Distributions::list(Context ctx, TenantId tenant) {
  co_return co_await catalog_.list_distributions(ctx, tenant);
}

Task<Distribution> Distributions::require(Context ctx, TenantId tenant, std::string id) {
  const auto wanted = DistributionId::parse(id);
  if (!wanted) throw no_distribution();
  const auto found = co_await catalog_.find_distribution(ctx, tenant, *wanted);
  if (!found) throw no_distribution();
  co_return *found;
}

Task<Distribution> Distributions::change(Context ctx, Distribution distribution, NewDistribution fields) {
  distribution.dns_name = checked(std::move(fields.dns_name), "change the distribution");
  distribution.auto_format = fields.auto_format;
  const bool is_changed = co_await catalog_.change_distribution(ctx, distribution, clock_.now());
  if (!is_changed) throw no_distribution();
  co_return distribution;
}

Task<> Distributions::remove(Context ctx, Distribution distribution) {
  const bool is_removed =
      co_await catalog_.remove_distribution(ctx, distribution.tenant, distribution.id, clock_.now());
  if (!is_removed) throw no_distribution();
}

}  // namespace calotype::tenants
