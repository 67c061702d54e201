#include "access/touched.h"

#include "access/policies.h"

namespace calotype::access {

namespace {

using Names = std::vector<std::string>;

/// As it was sent; an id in the one form that ids have.
Names as_called(const std::string& text) {
  if (text.empty()) return {};
  const auto id = Uuid::parse(text);
  return {id ? id->text() : text};
}

Task<std::optional<Domain>> find_domain(Context ctx, Catalog& catalog, TenantId tenant, std::string text) {
  if (const auto id = DomainId::parse(text)) {
    auto by_id = co_await catalog.find_domain(ctx, tenant, *id);
    co_return by_id;
  }
  auto by_name = co_await catalog.find_domain_named(ctx, tenant, text);
  co_return by_name;
}

Task<Names> names_of_domain(Context ctx, Catalog& catalog, TenantId tenant, std::string text) {
  const auto domain = co_await find_domain(ctx, catalog, tenant, text);
  if (!domain) co_return as_called(text);
  co_return Names{domain->id.text(), domain->name};
}

Task<Names> names_of_bucket(Context ctx, Catalog& catalog, TenantId tenant, std::string text) {
  std::optional<Bucket> bucket;
  if (const auto id = BucketId::parse(text)) {
    bucket = co_await catalog.find_bucket(ctx, *id);
  } else {
    bucket = co_await catalog.find_bucket_named(ctx, text);
  }
  if (!bucket || bucket->tenant != tenant) co_return as_called(text);
  co_return Names{bucket->id.text(), bucket->alias};
}

Task<Names> names_of_rule(Context ctx, Catalog& catalog, TenantId tenant, std::string domain_text, std::string text) {
  text = text.substr(0, text.find('@'));  // a revision is of the same rule
  const auto domain = co_await find_domain(ctx, catalog, tenant, domain_text);
  if (!domain) co_return as_called(text);
  std::optional<StoredRule> rule;
  if (const auto id = RuleId::parse(text)) {
    rule = co_await catalog.find_rule(ctx, domain->id, *id);
  } else {
    rule = co_await catalog.find_rule_named(ctx, domain->id, text);
  }
  if (!rule) co_return as_called(text);
  co_return Names{rule->id.text(), rule->name};
}

Task<Names> names_of_watermark(Context ctx, Catalog& catalog, TenantId tenant, std::string domain_text,
                               std::string text) {
  const auto domain = co_await find_domain(ctx, catalog, tenant, domain_text);
  if (!domain) co_return as_called(text);
  std::optional<StoredWatermark> mark;
  if (const auto id = WatermarkId::parse(text)) {
    mark = co_await catalog.find_watermark(ctx, domain->id, *id);
  } else {
    mark = co_await catalog.find_watermark_named(ctx, domain->id, text);
  }
  if (!mark) co_return as_called(text);
  Names names{mark->id.text()};
  if (!mark->alias.empty()) names.push_back(mark->alias);
  co_return names;
}

/// Under each name of its bucket.
Names names_of_object(const Names& bucket, const std::string& text) {
  if (text.empty()) return {};
  Names names;
  for (const auto& name : bucket) names.push_back(name + "/" + text);
  return names;
}

}  // namespace

Task<std::vector<Resource>> touched_by(Context ctx, Catalog& catalog, KeyStore& keys, TenantId tenant,
                                       const Statements& statements, std::vector<PathPart> parts) {
  std::vector<Resource> touched;
  std::string domain;
  Names bucket;
  for (const auto& part : parts) {
    const bool is_named = !part.text.empty() && have_names_of(statements, part.kind);
    auto names = as_called(part.text);
    if (part.kind == "domain") {
      domain = part.text;
      if (is_named) names = co_await names_of_domain(ctx, catalog, tenant, part.text);
    } else if (part.kind == "bucket") {
      if (is_named || have_names_of(statements, "object")) {
        names = co_await names_of_bucket(ctx, catalog, tenant, part.text);
      }
      bucket = names;
    } else if (part.kind == "rule" && is_named) {
      names = co_await names_of_rule(ctx, catalog, tenant, domain, part.text);
    } else if (part.kind == "watermark" && is_named) {
      names = co_await names_of_watermark(ctx, catalog, tenant, domain, part.text);
    } else if (part.kind == "policy" && is_named) {
      const auto policy = co_await find_policy(ctx, keys, tenant, part.text);
      if (policy) names = {policy->id.text(), policy->alias};
    } else if (part.kind == "object") {
      names = names_of_object(bucket, part.text);
    }
    touched.push_back({.kind = part.kind, .names = std::move(names)});
  }
  co_return touched;
}

}  // namespace calotype::access
