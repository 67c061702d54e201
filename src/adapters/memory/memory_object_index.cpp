#include "adapters/memory/memory_object_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/encoding.h"
#include "core/error.h"

namespace calotype {

namespace {

struct Usage {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

std::vector<ObjectKey> keys_of(const std::vector<Object>& objects) {
  std::vector<ObjectKey> keys;
  for (const auto& object : objects) keys.push_back({.bucket = object.bucket, .name = object.name});
  return keys;
}

bool is_over(const Quota& quota, const Usage& usage) {
  return (quota.objects && usage.objects > *quota.objects) || (quota.bytes && usage.bytes > *quota.bytes);
}

}  // namespace

Object* MemoryObjectIndex::live(BucketId bucket, const std::string& name, const std::optional<ContentHash>& only) {
  const auto found = objects_.find(Key(bucket, name));
  if (found == objects_.end() || found->second.deleted) return nullptr;
  return only && found->second.content != *only ? nullptr : &found->second;
}

void MemoryObjectIndex::tell(const char* type, const Object& object, WallTime when, const std::string& data) {
  if (outbox_ == nullptr) return;
  auto body = fmt::format(R"({{"bucket_id":"{}","object_id":)", object.bucket.text());
  append_json_string(body, object.name);
  outbox_->append({.tenant = object.tenant,
                   .type = type,
                   .subject = fmt::format("buckets/{}/objects/{}", object.bucket.text(), object.name),
                   .data = body + data + "}",
                   .when = when});
}

void MemoryObjectIndex::purge(const Object& object, Purge::Reason reason, WallTime when) {
  if (purges_ == nullptr) return;
  purges_->append(purge_of(object.tenant, object.bucket, object.name, object.content, reason, when));
}

/// As if `added` were in already.
void MemoryObjectIndex::refuse_over_quota(const Object& added, const Quotas& quotas) const {
  Usage of_bucket{.objects = 1, .bytes = added.size_bytes};
  Usage of_tenant = of_bucket;
  for (const auto& [key, object] : objects_) {
    if (key == Key(added.bucket, added.name) || object.deleted) continue;
    const auto count = [&](Usage& usage) {
      ++usage.objects;
      usage.bytes += object.size_bytes;
    };
    if (object.bucket == added.bucket) count(of_bucket);
    if (object.tenant == added.tenant) count(of_tenant);
  }
  if (is_over(quotas.bucket, of_bucket) || is_over(quotas.tenant, of_tenant)) {
    throw Error(Fault::conflict, "add object: a quota is used up", "quota-exceeded");
  }
}

Task<> MemoryObjectIndex::add(Context, Object object, AddTerms terms) {
  const std::lock_guard lock(mutex_);
  const auto* present = live(object.bucket, object.name, std::nullopt);
  const bool is_there = present != nullptr && present->is_there(object.created);
  const bool gives_way = is_there && terms.replaces && present->content == *terms.replaces;
  if (terms.replaces && !gives_way) {
    throw Error(Fault::conflict, "add object: there is no such one to replace", "precondition-failed");
  }
  if (is_there && !gives_way) throw Error(Fault::conflict, "add object: the name is taken");
  refuse_over_quota(object, terms.quotas);
  auto data = fmt::format(R"(,"size":{},"md5":"{}","content_type":)", object.size_bytes, encode_hex(object.md5));
  append_json_string(data, object.content_type);
  if (present != nullptr && present->content != object.content) {
    purge(*present, gives_way ? Purge::Reason::replaced : Purge::Reason::expired, object.created);
  }
  tell("object.created", object, object.created, data);
  const Key key(object.bucket, object.name);
  objects_.insert_or_assign(key, std::move(object));
  co_return;
}

Task<std::optional<Object>> MemoryObjectIndex::find(Context, BucketId bucket, std::string name) {
  const std::lock_guard lock(mutex_);
  const auto* found = live(bucket, name, std::nullopt);
  if (found == nullptr) co_return std::nullopt;
  co_return *found;
}

Task<ObjectPage> MemoryObjectIndex::list(Context, ListAsk ask) {
  const std::lock_guard lock(mutex_);
  ObjectPage page;
  std::string last;
  for (auto at = objects_.lower_bound(Key(ask.bucket, ask.prefix)); at != objects_.end(); ++at) {
    const auto& [key, object] = *at;
    if (key.first != ask.bucket || !key.second.starts_with(ask.prefix)) break;
    if (!ask.after.empty() && key.second <= ask.after) continue;
    const bool is_hidden = (object.deleted && !ask.shows_deleted) || (object.expires && *object.expires <= ask.now) ||
                           (ask.from && object.created < *ask.from) || (ask.until && object.created >= *ask.until);
    if (is_hidden) continue;
    const auto found = ask.delimiter.empty() ? std::string::npos : key.second.find(ask.delimiter, ask.prefix.size());
    const auto folded = found == std::string::npos ? "" : key.second.substr(0, found + ask.delimiter.size());
    if (!folded.empty() && !page.prefixes.empty() && page.prefixes.back() == folded) continue;
    if (page.objects.size() + page.prefixes.size() == ask.most) {
      page.next = last;
      break;
    }
    if (folded.empty()) {
      page.objects.push_back(object);
      last = key.second;
    } else {
      page.prefixes.push_back(folded);
      last = folded + "\xff";
    }
  }
  co_return page;
}

Task<bool> MemoryObjectIndex::mark_deleted(Context, BucketId bucket, std::string name, WallTime when,
                                           std::optional<ContentHash> only) {
  const std::lock_guard lock(mutex_);
  auto* found = live(bucket, name, only);
  if (found == nullptr) co_return false;
  found->deleted = when;
  tell("object.deleted", *found, when, R"(,"recoverable":true)");
  purge(*found, Purge::Reason::deleted, when);
  co_return true;
}

Task<bool> MemoryObjectIndex::remove(Context, BucketId bucket, std::string name, WallTime when,
                                     std::optional<ContentHash> only) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(Key(bucket, name));
  if (found == objects_.end() || (only && found->second.content != *only)) co_return false;
  tell("object.deleted", found->second, when, R"(,"recoverable":false)");
  purge(found->second, Purge::Reason::deleted, when);
  objects_.erase(found);
  co_return true;
}

Task<Restored> MemoryObjectIndex::restore(Context, BucketId bucket, std::string name, WallTime when,
                                          WallTime deleted_after, Quotas quotas) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(Key(bucket, name));
  if (found == objects_.end()) co_return Restored::missing;
  auto& object = found->second;
  const bool has_expired = object.expires && *object.expires <= when;
  if (!object.deleted) co_return has_expired ? Restored::missing : Restored::taken;
  if (has_expired || *object.deleted <= deleted_after) co_return Restored::missing;
  refuse_over_quota(object, quotas);
  object.deleted.reset();
  tell("object.restored", object, when);
  co_return Restored::done;
}

Task<bool> MemoryObjectIndex::set_metadata(Context, BucketId bucket, std::string name, std::optional<WallTime> expires,
                                           std::string user_metadata, WallTime when, std::optional<ContentHash> only) {
  const std::lock_guard lock(mutex_);
  auto* found = live(bucket, name, only);
  if (found == nullptr) co_return false;
  found->expires = expires;
  found->user_metadata = std::move(user_metadata);
  tell("object.changed", *found, when);
  co_return true;
}

Task<bool> MemoryObjectIndex::uncache(Context, BucketId bucket, std::string name, WallTime when) {
  const std::lock_guard lock(mutex_);
  auto* found = live(bucket, name, std::nullopt);
  if (found == nullptr) co_return false;
  ++found->generation;
  tell("object.uncached", *found, when);
  purge(*found, Purge::Reason::uncached, when);
  co_return true;
}

Task<std::vector<Uncached>> MemoryObjectIndex::uncache_some(Context, BucketId bucket, std::string prefix,
                                                            std::string after, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<Uncached> found;
  for (auto at = objects_.lower_bound(Key(bucket, prefix)); at != objects_.end() && found.size() < most; ++at) {
    auto& [key, object] = *at;
    if (key.first != bucket || !key.second.starts_with(prefix)) break;
    if (object.deleted || key.second <= after) continue;
    ++object.generation;
    found.push_back({.name = object.name, .tenant = object.tenant, .content = object.content});
  }
  co_return found;
}

template <class Picks>
std::vector<Object> MemoryObjectIndex::remove_all(Picks picks, std::size_t most, const char* event, WallTime when) {
  const std::lock_guard lock(mutex_);
  std::vector<Object> removed;
  for (auto at = objects_.begin(); at != objects_.end() && removed.size() < most;) {
    if (!picks(at->second)) {
      ++at;
      continue;
    }
    tell(event, at->second, when);
    removed.push_back(std::move(at->second));
    at = objects_.erase(at);
  }
  return removed;
}

Task<std::vector<ObjectKey>> MemoryObjectIndex::remove_expired(Context, WallTime now, std::size_t most) {
  const auto picks = [now](const Object& object) { return object.expires && *object.expires <= now; };
  const auto removed = remove_all(picks, most, "object.expired", now);
  for (const auto& object : removed) {
    if (!object.deleted) purge(object, Purge::Reason::expired, now);
  }
  co_return keys_of(removed);
}

Task<std::vector<ObjectKey>> MemoryObjectIndex::remove_deleted(Context, WallTime before, WallTime now,
                                                               std::size_t most) {
  const auto picks = [before](const Object& object) { return object.deleted && *object.deleted < before; };
  const auto removed = remove_all(picks, most, "object.purged", now);
  co_return keys_of(removed);
}

std::size_t MemoryObjectIndex::clear(TenantId tenant, std::size_t most, WallTime when) {
  const std::lock_guard lock(mutex_);
  std::size_t removed = 0;
  for (auto at = objects_.begin(); at != objects_.end() && removed < most;) {
    if (at->second.tenant != tenant) {
      ++at;
      continue;
    }
    if (!at->second.deleted) purge(at->second, Purge::Reason::deleted, when);
    at = objects_.erase(at);
    ++removed;
  }
  return removed;
}

bool MemoryObjectIndex::holds_any(BucketId bucket) {
  const std::lock_guard lock(mutex_);
  const auto first = objects_.lower_bound(Key(bucket, ""));
  return first != objects_.end() && first->first.first == bucket;
}

}  // namespace calotype
