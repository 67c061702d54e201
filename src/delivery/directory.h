#pragma once

#include <memory>
#include <optional>
#include <string>

#include "delivery/delivery.h"
#include "resilience/ttl_cache.h"

namespace calotype::delivery {

/// A stored rule, ready to be bound.
struct KnownRule {
  StoredRule stored;
  std::shared_ptr<const rules::Document> document;
  WallTime chosen;        ///< since when its name leads to this text: a label may be moved to an old revision
  bool is_fixed = false;  ///< a revision was named: it means that one for ever
  std::shared_ptr<const KnownRule> before{};  ///< while it is rolled out: the revision for the other objects
};

/// Which of the two an object has: its name decides, so that it looks the same every time, and the same objects keep
/// the new revision while the percentage rises.
const KnownRule& revision_for(const KnownRule& rule, BucketId bucket, std::string_view object);

/// The text of a rule, ready to be bound, and what it lets a caller fill in.
struct DynamicRule {
  std::shared_ptr<const rules::Document> document;
  std::vector<rules::DeclaredParameter> parameters;
};

/// What was found, or null.
template <class Value>
struct Found {
  std::shared_ptr<const Value> value;
  bool is_stale = false;  ///< could not be asked for: as it was a while ago
};

/// Looks things up in the catalog and the index, and remembers for about a second what was there and for less what was
/// not. While they cannot be asked, what was known goes on being served.
/// Thread: any.
class Directory {
 public:
  Directory(Catalog& catalog, ObjectIndex& index, const Clock& clock, telemetry::Metrics& metrics,
            const Options& options);

  Task<Found<Bucket>> bucket(Context ctx, Place place);
  Task<Found<Object>> object(Context ctx, BucketId bucket, std::string name);
  /// `name` is an id or name, perhaps with @revision or @label.
  Task<Found<KnownRule>> rule(Context ctx, DomainId domain, std::string name);
  /// A rule that came with its request; the same text is parsed once. Throws as rules::parse.
  std::shared_ptr<const DynamicRule> dynamic_rule(const std::string& text);
  Task<Found<Distribution>> distribution(Context ctx, std::string dns_name);
  /// An empty `id_or_alias` is the domain's default one.
  Task<Found<StoredWatermark>> watermark(Context ctx, DomainId domain, std::string id_or_alias);

  /// The rule with its parameters' values and the patches that hold; the same are bound once. With `negotiates`, its
  /// format is found as with "auto". Throws as rules::bind.
  std::shared_ptr<const rules::Bound> bind(const rules::Document& document, const rules::Parameters& values,
                                           rules::Holding holding, bool negotiates);

  void forget(BucketId bucket, const std::string& name);
  /// Of buckets, rules, watermarks and host names.
  void forget_settings();

 private:
  template <class Value>
  using Cache = resilience::TtlCache<std::string, std::optional<Value>>;

  template <class Value>
  std::optional<Found<Value>> remembered(Cache<Value>& cache, const std::string& key);
  template <class Value>
  Task<Found<Value>> ask(Cache<Value>& cache, std::string key, Task<std::optional<Value>> question);
  template <class Value>
  Found<Value> fall_back(Cache<Value>& cache, const std::string& key, const Error& error);

  Task<std::optional<Bucket>> find_bucket(Context ctx, Place place);
  Task<std::optional<KnownRule>> find_rule(Context ctx, DomainId domain, std::string text, std::string key);
  Task<std::optional<StoredWatermark>> find_watermark(Context ctx, DomainId domain, std::string id_or_alias);

  Catalog& catalog_;
  ObjectIndex& index_;
  const Clock& clock_;
  const Options options_;
  telemetry::Counter hits_;
  telemetry::Counter misses_;
  telemetry::Counter stale_;
  Cache<Bucket> buckets_;
  Cache<Object> objects_;
  Cache<KnownRule> rules_;
  Cache<StoredWatermark> watermarks_;
  Cache<Distribution> distributions_;
  resilience::TtlCache<std::string, DynamicRule> dynamic_;
  resilience::TtlCache<std::string, rules::Bound> bound_;
};

}  // namespace calotype::delivery
