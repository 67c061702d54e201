#pragma once

#include <tuple>

#include "model/object.h"
#include "model/tenant.h"

/// Whether two values of the model are the same in every field.
namespace calotype {

inline bool is_same(const Tenant& a, const Tenant& b) {
  const auto of = [](const Tenant& t) {
    return std::tie(t.id, t.name, t.admin_email, t.is_operator, t.is_leaving, t.demands, t.quota, t.rate, t.created);
  };
  return of(a) == of(b);
}

inline bool is_same(const AccessKey& a, const AccessKey& b) {
  const auto of = [](const AccessKey& k) {
    return std::tie(k.id, k.tenant, k.public_key_pem, k.description, k.is_active, k.created);
  };
  return of(a) == of(b);
}

inline bool is_same(const Domain& a, const Domain& b) {
  const auto of = [](const Domain& d) { return std::tie(d.id, d.tenant, d.name, d.status, d.created); };
  return of(a) == of(b);
}

inline bool is_same(const Bucket& a, const Bucket& b) {
  const auto of = [](const Bucket& k) {
    return std::tie(k.id, k.tenant, k.domain, k.alias, k.region, k.status, k.serves_statics, k.is_private, k.max_age,
                    k.default_rule, k.placeholder, k.forbidden_types, k.quota, k.created, k.changed, k.generation);
  };
  return of(a) == of(b);
}

inline bool is_same(const StoredRule& a, const StoredRule& b) {
  const auto of = [](const StoredRule& r) {
    return std::tie(r.id, r.tenant, r.domain, r.name, r.revision, r.body, r.hash, r.created, r.generation, r.rollout);
  };
  return of(a) == of(b);
}

inline bool is_same(const StoredWatermark& a, const StoredWatermark& b) {
  const auto of = [](const StoredWatermark& w) {
    return std::tie(w.id, w.tenant, w.domain, w.alias, w.content, w.size_bytes, w.info, w.created, w.changed);
  };
  return of(a) == of(b);
}

inline bool is_same(const RuleRevision& a, const RuleRevision& b) {
  return std::tie(a.revision, a.hash, a.created) == std::tie(b.revision, b.hash, b.created);
}

inline bool is_same(const RuleLabel& a, const RuleLabel& b) {
  return std::tie(a.name, a.revision, a.moved) == std::tie(b.name, b.revision, b.moved);
}

inline bool is_same(const Distribution& a, const Distribution& b) {
  const auto of = [](const Distribution& d) { return std::tie(d.id, d.tenant, d.dns_name, d.auto_format, d.created); };
  return of(a) == of(b);
}

inline bool is_same(const Object& a, const Object& b) {
  const auto of = [](const Object& o) {
    return std::tie(o.tenant, o.bucket, o.name, o.content, o.md5, o.size_bytes, o.content_type, o.info, o.focal,
                    o.created, o.deleted, o.expires, o.user_metadata, o.generation);
  };
  return of(a) == of(b);
}

template <class Value>
bool is_same(const std::optional<Value>& a, const Value& b) {
  return a.has_value() && is_same(*a, b);
}

}  // namespace calotype
