#include "tenants/buckets.h"

#include "tenants/fields.h"
#include "tenants/rule_book.h"

namespace calotype::tenants {

namespace {

constexpr std::int64_t kMaxAgeLimit = 31'536'000;  ///< a year: what caches call for ever
constexpr std::size_t kMaxRegion = 64;
constexpr std::size_t kMaxPlaceholder = 1024;

/// First segments of public URLs that are no buckets: /api/v1/tenants/..., and what may come.
constexpr std::string_view kReserved[] = {"tenants", "schema", "images", "statics", "documents", "admin", "api"};

bool is_reserved(const std::string& name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

bool is_region(const std::string& text) { return text.size() <= kMaxRegion && (text.empty() || is_alias(text)); }

Error no_bucket() { return Error(Fault::missing, "find the bucket: none of this id or alias in the domain"); }

}  // namespace

Task<BucketChange> Buckets::checked(Context ctx, DomainId domain, BucketChange fields, std::string attempt) {
  FieldCheck check(std::move(attempt));
  if (fields.alias) {
    check.require_alias(*fields.alias, "/name");
    check.require(!is_reserved(*fields.alias), "/name", "is a word of the API's own");
  }
  if (fields.region) {
    check.require(is_region(*fields.region), "/region", "must be a name such as \"eu\" or \"eu-west-1\"");
  }
  if (fields.max_age) {
    const auto age = fields.max_age->count();
    check.require(age >= 0 && age <= kMaxAgeLimit, "/cache/max_age",
                  fmt::format("must be 0 to {} seconds", kMaxAgeLimit));
  }
  if (fields.forbidden_types) {
    fields.forbidden_types = check.require_types(*fields.forbidden_types, "/forbidden_types");
  }
  if (fields.placeholder) {
    check.require(fields.placeholder->size() <= kMaxPlaceholder, "/placeholder",
                  fmt::format("must be the name of an object, of at most {} bytes", kMaxPlaceholder));
  }
  if (fields.default_rule && !fields.default_rule->empty()) {
    const auto rule = co_await find_rule(catalog_, ctx, domain, *fields.default_rule);
    check.require(rule.has_value(), "/default_rule", "is no rule of the domain",
                  "the id or name of a rule, perhaps with @revision or @label; \"\" for none");
  }
  check.finish();
  co_return fields;
}

Task<Bucket> Buckets::add(Context ctx, Domain domain, BucketChange fields) {
  if (!fields.alias) fields.alias = "";  // and so is refused with whatever else is wrong
  fields = co_await checked(ctx, domain.id, std::move(fields), "add a bucket");
  fields.when = clock_.now();
  const Bucket blank{.id = BucketId::random(), .tenant = domain.tenant, .domain = domain.id, .created = fields.when};
  auto bucket = changed(blank, fields);
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
  if (!found || found->domain != domain.id || found->tenant != domain.tenant) throw no_bucket();
  co_return *found;
}

Task<Bucket> Buckets::change(Context ctx, Bucket bucket, BucketChange fields) {
  fields = co_await checked(ctx, bucket.domain, std::move(fields), "change the bucket");
  fields.when = clock_.now();
  co_return co_await catalog_.change_bucket(ctx, bucket.id, fields, fields.when + kAliasKept);
}

Task<> Buckets::remove(Context ctx, Bucket bucket) {
  const auto now = clock_.now();
  bool is_removed = false;
  try {
    is_removed = co_await catalog_.remove_bucket(ctx, bucket.id, now, now + kAliasKept);
  } catch (const Error& error) {  // the catalog's words are for logs
    if (error.fault() != Fault::conflict) throw;
    throw Error(Fault::conflict,
                "remove the bucket: it holds objects, or such as can still be restored; delete them with force first",
                "not-empty");
  }
  if (!is_removed) throw no_bucket();
}

}  // namespace calotype::tenants
