#include "tenants/purges.h"

#include "core/error.h"
#include "model/rule_policy.h"
#include "rules/rule_name.h"
#include "tenants/fields.h"
#include "tenants/rule_book.h"
#include "tenants/tagged_rules.h"

namespace calotype::tenants {

namespace {

Error no_purge() { return Error(Fault::missing, "find the purge: none of this id"); }

void check(const PurgeAsk& ask) {
  FieldCheck check("purge");
  constexpr auto kHint = "a purge is of {bucket, object}, {bucket, prefix}, {bucket}, {domain, rule} or {tag}";
  if (ask.tag) {
    check.require(rule::is_tag(*ask.tag), "/tag", "must be 1 to 64 of letters, digits, ., _ and -");
    check.require(!ask.bucket, "/bucket", "cannot go with a tag", kHint);
    check.require(!ask.domain, "/domain", "cannot go with a tag: it is of all the tenant's rules", kHint);
    check.require(!ask.object, "/object", "cannot go with a tag", kHint);
    check.require(!ask.prefix, "/prefix", "cannot go with a tag", kHint);
    check.require(!ask.rule, "/rule", "cannot go with a tag", kHint);
    check.finish();
    return;
  }
  check.require(ask.bucket.has_value() != ask.domain.has_value(), ask.bucket ? "/domain" : "/bucket",
                "there must be a bucket, a domain or a tag, and not both", kHint);
  if (ask.bucket) {
    check.require(!ask.rule, "/rule", "is of a domain, not of a bucket", kHint);
    check.require(!ask.object || !ask.prefix, "/prefix", "cannot go with an object", kHint);
    check.require(!ask.object || !ask.object->empty(), "/object", "must not be empty");
    check.require(!ask.prefix || !ask.prefix->empty(), "/prefix",
                  "must not be empty; leave it out for all of the bucket");
  } else if (ask.domain) {
    check.require(!ask.object, "/object", "is of a bucket, not of a domain", kHint);
    check.require(!ask.prefix, "/prefix", "is of a bucket, not of a domain", kHint);
    check.require(ask.rule.has_value(), "/rule", "must be there", kHint);
  }
  check.finish();
}

Task<Bucket> require_bucket(Catalog& catalog, Context ctx, TenantId tenant, std::string text) {
  std::optional<Bucket> found;
  if (const auto id = BucketId::parse(text)) found = co_await catalog.find_bucket(ctx, *id);
  if (!found) found = co_await catalog.find_bucket_named(ctx, text);
  if (!found || found->tenant != tenant) throw Error(Fault::missing, "purge: there is no such bucket");
  co_return *found;
}

Task<Domain> require_domain(Catalog& catalog, Context ctx, TenantId tenant, std::string text) {
  std::optional<Domain> found;
  if (const auto id = DomainId::parse(text)) found = co_await catalog.find_domain(ctx, tenant, *id);
  if (!found) found = co_await catalog.find_domain_named(ctx, tenant, text);
  if (!found) throw Error(Fault::missing, "purge: there is no such domain");
  co_return *found;
}

}  // namespace

Task<Purge> Purges::ask(Context ctx, TenantId tenant, PurgeAsk ask) {
  check(ask);
  if (ask.tag) return ask_of_tag(std::move(ctx), tenant, std::move(*ask.tag));
  if (ask.bucket) return ask_within_bucket(std::move(ctx), tenant, std::move(ask));
  return ask_within_domain(std::move(ctx), tenant, std::move(ask));
}

Task<Purge> Purges::ask_within_bucket(Context ctx, TenantId tenant, PurgeAsk ask) {
  const auto bucket = co_await require_bucket(catalog_, ctx, tenant, *ask.bucket);
  const auto now = clock_.now();
  if (ask.object) {
    const bool is_there = co_await index_.uncache(ctx, bucket.id, *ask.object, now);
    if (!is_there) throw Error(Fault::missing, "purge: there is no such object");
    const auto made = co_await store_.find_latest(ctx, bucket.id, *ask.object);
    if (!made) throw Error(Fault::internal, "purge: the object's receipt is not there");
    co_return *made;
  }
  Purge purge{.id = PurgeId::random(),
              .tenant = tenant,
              .scope = ask.prefix ? Purge::Scope::prefix : Purge::Scope::bucket,
              .bucket = bucket.id,
              .subject = ask.prefix.value_or(bucket.alias),
              .asked = now};
  if (!ask.prefix) {
    purge.keys = {surrogate_key(bucket.id)};
    co_await catalog_.renew_bucket(ctx, bucket.id);
  }
  co_await store_.add(ctx, purge);
  co_return purge;
}

Task<Purge> Purges::ask_within_domain(Context ctx, TenantId tenant, PurgeAsk ask) {
  const auto domain = co_await require_domain(catalog_, ctx, tenant, *ask.domain);
  Purge purge{.id = PurgeId::random(), .tenant = tenant, .scope = Purge::Scope::rule, .asked = clock_.now()};
  const auto name = rules::read_rule_name(*ask.rule);
  if (name && (name->revision || !name->label.empty())) {
    FieldCheck check("purge");
    check.require(false, "/rule", "must name the rule without a revision or label: all of it is purged");
    check.finish();
  }
  const auto rule = co_await find_rule(catalog_, ctx, domain.id, *ask.rule);
  if (!rule) throw Error(Fault::missing, "purge: there is no such rule");
  purge.subject = rule->id.text();
  purge.keys = {surrogate_key(rule->id)};
  std::vector<RuleId> renewed{rule->id};
  co_await catalog_.renew_rules(ctx, domain.id, std::move(renewed));
  co_await store_.add(ctx, purge);
  co_return purge;
}

Task<Purge> Purges::ask_of_tag(Context ctx, TenantId tenant, std::string tag) {
  Purge purge{.id = PurgeId::random(),
              .tenant = tenant,
              .scope = Purge::Scope::tag,
              .subject = tag,
              .keys = {surrogate_key_of_tag(tag)},
              .asked = clock_.now()};
  // Also where no rule has it any more: caches in front may have answers from when one had.
  const auto domains = co_await catalog_.list_domains(ctx, tenant);
  for (const auto& domain : domains) {
    auto tagged = co_await rules_tagged(catalog_, ctx, domain.id, tag);
    if (tagged.empty()) continue;
    co_await catalog_.renew_rules(ctx, domain.id, std::move(tagged));
  }
  co_await store_.add(ctx, purge);
  co_return purge;
}

Task<Purge> Purges::require(Context ctx, TenantId tenant, std::string text) {
  const auto id = PurgeId::parse(text);
  if (!id) throw no_purge();
  const auto found = co_await store_.find(ctx, tenant, *id);
  if (!found) throw no_purge();
  co_return *found;
}

Task<std::vector<Purge>> Purges::list(Context ctx, TenantId tenant, std::int64_t before, std::size_t most) {
  co_return co_await store_.list(ctx, tenant, before, most);
}

Task<std::optional<Purge>> Purges::find_latest(Context ctx, BucketId bucket, std::string object) {
  co_return co_await store_.find_latest(ctx, bucket, std::move(object));
}

}  // namespace calotype::tenants
