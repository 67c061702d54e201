#include "tenants/buckets.h"

#include "tenants/fields.h"

namespace calotype::tenants {

namespace {

constexpr std::int64_t kMaxAgeLimit = 31'536'000;  ///< a year: what caches call for ever
constexpr std::size_t kMaxRegion = 64;

/// First segments of public URLs that are no buckets: /api/v1/tenants/..., and what may come.
constexpr std::string_view kReserved[] = {"tenants", "schema", "images", "statics", "documents", "admin", "api"};

bool is_reserved(const std::string& name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

bool is_region(const std::string& text) { return text.size() <= kMaxRegion && (text.empty() || is_alias(text)); }

}  // namespace

Task<Bucket> Buckets::add(Context ctx, Domain domain, NewBucket fields) {
  FieldCheck check("add a bucket");
  check.require_alias(fields.name, "/name");
  check.require(!is_reserved(fields.name), "/name", "is a word of the API's own");
  check.require(is_region(fields.region), "/region", "must be a name such as \"eu\" or \"eu-west-1\"");
  check.require(fields.max_age_seconds >= 0 && fields.max_age_seconds <= kMaxAgeLimit, "/cache/max_age",
                fmt::format("must be 0 to {} seconds", kMaxAgeLimit));
  check.finish();

  Bucket bucket{.id = BucketId::random(),
                .tenant = domain.tenant,
                .domain = domain.id,
                .alias = std::move(fields.name),
                .region = std::move(fields.region),
                .status = "active",
                .serves_statics = fields.serves_statics,
                .max_age = Seconds(fields.max_age_seconds),
                .created = clock_.now()};
  co_await catalog_.add_bucket(ctx, bucket);
  co_return bucket;
}

Task<std::vector<Bucket>> Buckets::list(Context ctx, Domain domain) {
  co_return co_await catalog_.list_buckets(ctx, domain.id);
}

Task<Bucket> Buckets::require(Context ctx, Domain domain, std::string id_or_alias) {
  std::optional<Bucket> found;
  if (const auto id = BucketId::parse(id_or_alias)) {
    found = co_await catalog_.find_bucket(ctx, *id);
  } else if (is_alias(id_or_alias)) {
    found = co_await catalog_.find_bucket_named(ctx, id_or_alias);
  }
  if (!found || found->domain != domain.id || found->tenant != domain.tenant) {
    throw Error(Fault::missing, "find the bucket: none of this id or alias in the domain");
  }
  co_return *found;
}

}  // namespace calotype::tenants
