#include "delivery/directory.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::delivery {

namespace {

/// Joins parts by a byte that no name may hold.
std::string key_of(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (const auto part : parts) {
    key += part;
    key += '\0';
  }
  return key;
}

std::string key_of_object(BucketId bucket, const std::string& name) { return key_of({bucket.text(), name}); }

telemetry::Counter lookups(telemetry::Metrics& metrics, const char* result) {
  return metrics.counter("calotype_delivery_lookups_total", "Lookups of buckets, rules, watermarks and objects.",
                         {{"result", result}});
}

}  // namespace

Directory::Directory(Catalog& catalog, ObjectIndex& index, const Clock& clock, telemetry::Metrics& metrics,
                     const Options& options)
    : catalog_(catalog),
      index_(index),
      clock_(clock),
      options_(options),
      hits_(lookups(metrics, "hit")),
      misses_(lookups(metrics, "miss")),
      stale_(lookups(metrics, "stale")),
      buckets_(options.entries),
      objects_(options.entries),
      rules_(options.entries),
      watermarks_(options.entries),
      bound_(std::max<std::size_t>(options.entries / 16, 64)) {}

template <class Value>
std::optional<Found<Value>> Directory::remembered(Cache<Value>& cache, const std::string& key) {
  const auto entry = cache.find(key);
  if (!entry.value || clock_.steady() >= entry.until) return std::nullopt;
  hits_.add();
  Found<Value> found;
  if (*entry.value) found.value = std::shared_ptr<const Value>(entry.value, &**entry.value);
  return found;
}

template <class Value>
Task<Found<Value>> Directory::ask(Cache<Value>& cache, std::string key, Task<std::optional<Value>> question) {
  misses_.add();
  const auto generation = cache.generation();
  const auto asked = clock_.steady();
  std::optional<Error> failure;
  std::shared_ptr<const std::optional<Value>> answer;
  try {
    auto value = co_await std::move(question);
    answer = std::make_shared<const std::optional<Value>>(std::move(value));
  } catch (const Error& error) {  // the one place where a dead catalog becomes an older answer
    failure = error;
  }
  if (failure) co_return fall_back(cache, key, *failure);

  const auto until = asked + (*answer ? options_.fresh : options_.absent);
  cache.put(key, {.value = answer, .stored = asked, .until = until}, generation);
  Found<Value> found;
  if (*answer) found.value = std::shared_ptr<const Value>(answer, &**answer);
  co_return found;
}

template <class Value>
Found<Value> Directory::fall_back(Cache<Value>& cache, const std::string& key, const Error& error) {
  const bool is_outage = error.fault() == Fault::unavailable || error.fault() == Fault::timed_out;
  const auto entry = cache.find(key);
  if (!is_outage || !entry.value || !*entry.value || clock_.steady() - entry.stored > options_.stale) throw error;
  stale_.add();
  return {.value = std::shared_ptr<const Value>(entry.value, &**entry.value), .is_stale = true};
}

Task<Found<Bucket>> Directory::bucket(Context ctx, Place place) {
  auto key = key_of({place.tenant, place.domain, place.bucket});
  const auto known = remembered(buckets_, key);
  if (known) co_return *known;
  auto question = find_bucket(std::move(ctx), std::move(place));
  co_return co_await ask(buckets_, std::move(key), std::move(question));
}

Task<Found<Object>> Directory::object(Context ctx, BucketId bucket, std::string name) {
  auto key = key_of_object(bucket, name);
  auto known = remembered(objects_, key);
  if (!known) {
    auto question = index_.find(std::move(ctx), bucket, std::move(name));
    known = co_await ask(objects_, std::move(key), std::move(question));
  }
  // What has expired is gone at once, also while the index cannot be asked.
  if (known->value && !known->value->is_there(clock_.now())) known->value = nullptr;
  co_return *known;
}

Task<Found<KnownRule>> Directory::rule(Context ctx, DomainId domain, std::string id_or_name) {
  auto key = key_of({domain.text(), id_or_name});
  const auto known = remembered(rules_, key);
  if (known) co_return *known;
  auto question = find_rule(std::move(ctx), domain, std::move(id_or_name), key);
  co_return co_await ask(rules_, std::move(key), std::move(question));
}

Task<Found<StoredWatermark>> Directory::watermark(Context ctx, DomainId domain, std::string id_or_alias) {
  auto key = key_of({domain.text(), id_or_alias});
  const auto known = remembered(watermarks_, key);
  if (known) co_return *known;
  auto question = find_watermark(std::move(ctx), domain, std::move(id_or_alias));
  co_return co_await ask(watermarks_, std::move(key), std::move(question));
}

std::shared_ptr<const rules::Bound> Directory::bind(const KnownRule& rule, const rules::Parameters& values) {
  auto key = fmt::format("{}@{}", rule.stored.id.text(), rule.stored.revision);
  for (const auto& [name, value] : values) key += key_of({"", name, value});
  const auto entry = bound_.find(key);
  if (entry.value) return entry.value;
  const auto bound = std::make_shared<const rules::Bound>(rules::bind(*rule.document, values));
  bound_.put(key, {.value = bound, .stored = {}, .until = SteadyTime::max()}, bound_.generation());
  return bound;
}

void Directory::forget(BucketId bucket, const std::string& name) { objects_.erase(key_of_object(bucket, name)); }

Task<std::optional<Bucket>> Directory::find_bucket(Context ctx, Place place) {
  std::optional<Bucket> bucket;
  if (place.tenant.empty()) {
    bucket = co_await catalog_.find_bucket_named(ctx, place.bucket);
  } else {
    const auto tenant = TenantId::parse(place.tenant);
    if (!tenant) co_return std::nullopt;
    std::optional<Domain> domain;
    if (const auto id = DomainId::parse(place.domain)) domain = co_await catalog_.find_domain(ctx, *tenant, *id);
    if (!domain) domain = co_await catalog_.find_domain_named(ctx, *tenant, place.domain);
    if (!domain) co_return std::nullopt;
    if (const auto id = BucketId::parse(place.bucket)) bucket = co_await catalog_.find_bucket(ctx, *id);
    if (!bucket) bucket = co_await catalog_.find_bucket_named(ctx, place.bucket);
    if (bucket && (bucket->tenant != *tenant || bucket->domain != domain->id)) co_return std::nullopt;
  }
  if (bucket && bucket->status != "active") co_return std::nullopt;
  co_return bucket;
}

Task<std::optional<KnownRule>> Directory::find_rule(Context ctx, DomainId domain, std::string id_or_name,
                                                    std::string key) {
  std::optional<StoredRule> stored;
  if (const auto id = RuleId::parse(id_or_name)) stored = co_await catalog_.find_rule(ctx, domain, *id);
  if (!stored) stored = co_await catalog_.find_rule_named(ctx, domain, id_or_name);
  if (!stored) co_return std::nullopt;

  // A revision never changes: what was parsed a second ago still holds.
  const auto before = rules_.find(key);
  KnownRule rule{.stored = std::move(*stored), .document = nullptr};
  if (before.value && *before.value) {
    const auto& old = **before.value;
    if (old.stored.id == rule.stored.id && old.stored.revision == rule.stored.revision) rule.document = old.document;
  }
  if (!rule.document) rule.document = std::make_shared<const rules::Document>(rules::parse(rule.stored.body));
  co_return rule;
}

Task<std::optional<StoredWatermark>> Directory::find_watermark(Context ctx, DomainId domain, std::string id_or_alias) {
  std::optional<StoredWatermark> mark;
  if (id_or_alias.empty()) {
    mark = co_await catalog_.find_default_watermark(ctx, domain);
    co_return mark;
  }
  if (const auto id = WatermarkId::parse(id_or_alias)) mark = co_await catalog_.find_watermark(ctx, domain, *id);
  if (!mark) mark = co_await catalog_.find_watermark_named(ctx, domain, id_or_alias);
  co_return mark;
}

}  // namespace calotype::delivery
