#include "delivery/directory.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "core/error.h"
#include "rules/rule_name.h"
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

/// Whatever format the rule names, the client gets the best that it takes; what the rule names is for the others.
void negotiate(rules::Bound& bound) {
  auto& format = bound.rule.format;
  if (transform::is_negotiated(bound.rule)) return;
  const bool is_universal = !format.preferred.empty() && (format.preferred.front() == ImageFormat::jpg ||
                                                          format.preferred.front() == ImageFormat::png);
  format.fallback = is_universal ? std::optional(format.preferred.front()) : std::nullopt;
  format.kind = rule::Format::Kind::negotiated;
  format.preferred = {ImageFormat::avif, ImageFormat::webp};
  format.is_auto = true;
  bound.canonical += "+auto_format";
  bound.hash = Digest::of(bound.canonical);
}

}  // namespace

const KnownRule& revision_for(const KnownRule& rule, BucketId bucket, std::string_view object) {
  if (!rule.before) return rule;
  const auto hash = Digest::of(fmt::format("{} {} {}", rule.stored.id.text(), bucket.text(), object));
  const int place = (hash.octets[0] << 8 | hash.octets[1]) % 100;
  return place < rule.stored.rollout->percent ? rule : *rule.before;
}

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
      distributions_(options.entries / 10),
      dynamic_(std::max<std::size_t>(options.entries / 16, 64)),
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

Task<Found<KnownRule>> Directory::rule(Context ctx, DomainId domain, std::string name) {
  auto key = key_of({domain.text(), name});
  const auto known = remembered(rules_, key);
  if (known) co_return *known;
  auto question = find_rule(std::move(ctx), domain, std::move(name), key);
  co_return co_await ask(rules_, std::move(key), std::move(question));
}

Task<Found<StoredWatermark>> Directory::watermark(Context ctx, DomainId domain, std::string id_or_alias) {
  auto key = key_of({domain.text(), id_or_alias});
  const auto known = remembered(watermarks_, key);
  if (known) co_return *known;
  auto question = find_watermark(std::move(ctx), domain, std::move(id_or_alias));
  co_return co_await ask(watermarks_, std::move(key), std::move(question));
}

std::shared_ptr<const DynamicRule> Directory::dynamic_rule(const std::string& text) {
  const auto key = Digest::of(text).hex();
  const auto entry = dynamic_.find(key);
  if (entry.value) return entry.value;
  auto rule = std::make_shared<DynamicRule>();
  rule->document = std::make_shared<const rules::Document>(rules::parse(text));
  rule->parameters = rules::declared(*rule->document);
  dynamic_.put(key, {.value = rule, .stored = {}, .until = SteadyTime::max()}, dynamic_.generation());
  return rule;
}

Task<Found<Distribution>> Directory::distribution(Context ctx, std::string dns_name) {
  const auto known = remembered(distributions_, dns_name);
  if (known) co_return *known;
  auto key = dns_name;
  auto question = catalog_.find_distribution_named(std::move(ctx), std::move(dns_name));
  co_return co_await ask(distributions_, std::move(key), std::move(question));
}

std::shared_ptr<const rules::Bound> Directory::bind(const rules::Document& document, const rules::Parameters& values,
                                                    rules::Holding holding, bool negotiates) {
  auto key = document.hash().hex() + (negotiates ? "+" : "");
  if (holding != 0) key += fmt::format("?{}", holding);
  // With their lengths: a value may hold any byte.
  for (const auto& [name, value] : values) key += fmt::format("\n{} {}={}", value.size(), name, value);
  const auto entry = bound_.find(key);
  if (entry.value) return entry.value;
  auto bound = std::make_shared<rules::Bound>(rules::bind(document, values, holding));
  if (negotiates) negotiate(*bound);
  bound_.put(key, {.value = bound, .stored = {}, .until = SteadyTime::max()}, bound_.generation());
  return bound;
}

void Directory::forget(BucketId bucket, const std::string& name) { objects_.erase(key_of_object(bucket, name)); }

void Directory::forget_settings() {
  buckets_.expire();
  rules_.expire();
  watermarks_.expire();
  distributions_.expire();
}

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

Task<std::optional<KnownRule>> Directory::find_rule(Context ctx, DomainId domain, std::string text, std::string key) {
  const auto name = rules::read_rule_name(text);
  if (!name) co_return std::nullopt;
  std::optional<StoredRule> stored;
  if (const auto id = RuleId::parse(name->rule)) stored = co_await catalog_.find_rule(ctx, domain, *id);
  if (!stored) stored = co_await catalog_.find_rule_named(ctx, domain, name->rule);
  if (!stored) co_return std::nullopt;
  auto revision = name->revision.value_or(stored->revision);
  WallTime chosen{};
  if (!name->label.empty()) {
    const auto label = co_await catalog_.find_label(ctx, domain, stored->id, name->label);
    if (!label) co_return std::nullopt;
    revision = label->revision;
    chosen = label->moved;
  }
  const bool is_rolled_out = name->is_bare() && stored->rollout && stored->rollout->from != stored->revision;
  std::shared_ptr<const KnownRule> others;
  if (is_rolled_out) {
    auto from = co_await find_rule(ctx, domain, fmt::format("{}@{}", stored->id.text(), stored->rollout->from), key);
    if (from) others = std::make_shared<const KnownRule>(std::move(*from));
  }
  if (revision != stored->revision) stored = co_await catalog_.find_revision(ctx, domain, stored->id, revision);
  if (!stored) co_return std::nullopt;

  // A revision never changes: what was parsed a second ago still holds.
  const auto before = rules_.find(key);
  KnownRule rule{.stored = std::move(*stored), .document = nullptr, .chosen = {}};
  rule.is_fixed = name->revision.has_value();
  rule.before = std::move(others);
  rule.chosen = std::max(chosen, rule.stored.created);
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
