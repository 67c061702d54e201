#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/context.h"
#include "core/task.h"
#include "model/object.h"

namespace calotype {

/// What all objects of a bucket, and of its tenant, may come to.
struct Quotas {
  Quota bucket;
  Quota tenant;
};

/// On what terms an object is added. Checked in the transaction that adds it.
struct AddTerms {
  Quotas quotas;
  std::optional<ContentHash> replaces{};  ///< only in place of an object that is there and has this content
};

/// What to list. Names are in the order of their bytes.
struct ListAsk {
  BucketId bucket;
  std::string prefix{};
  std::string delimiter{};          ///< names are folded behind its first place after the prefix; empty: none is
  std::string after{};              ///< the page before ended here (ObjectPage::next)
  std::size_t most = 1000;          ///< objects and folded prefixes together
  std::optional<WallTime> from{};   ///< created at or after
  std::optional<WallTime> until{};  ///< created before
  bool shows_deleted = false;       ///< recoverable ones, too
  WallTime now{};                   ///< what has expired is not there
};

struct ObjectPage {
  std::vector<Object> objects;
  std::vector<std::string> prefixes;
  std::optional<std::string> next;  ///< there may be more; a page may then hold fewer than `most`, or none
};

/// An object by what names it.
struct ObjectKey {
  BucketId bucket;
  std::string name;
  bool operator==(const ObjectKey&) const = default;
};

struct Uncached {
  std::string name;
  TenantId tenant;
  ContentHash content;
};

enum class Restored { done, missing, taken };

/// Which objects there are. Originals are immutable: a name is stored once, and again only after it was removed, or on
/// the express term that it replaces. Each change appends its event in the same transaction; one after which an
/// original, or a rendition of it, is no longer to be had adds a Purge there, too. Thread: any.
class ObjectIndex {
 public:
  virtual ~ObjectIndex() = default;

  /// Durable when it returns. Throws: conflict when the name is taken by an object that is neither deleted nor, at
  /// object.created, expired; conflict with code "quota-exceeded" or (for `replaces`) "precondition-failed". What is
  /// deleted or expired under the name is replaced.
  virtual Task<> add(Context ctx, Object object, AddTerms terms) = 0;
  Task<> add(Context ctx, Object object) { return add(std::move(ctx), std::move(object), {}); }
  /// nullopt when there is none or it is deleted. It may have expired.
  virtual Task<std::optional<Object>> find(Context ctx, BucketId bucket, std::string name) = 0;
  /// Throws nothing of its own.
  virtual Task<ObjectPage> list(Context ctx, ListAsk ask) = 0;

  /// Marks it deleted at `when`, recoverable. False when there is none to delete, or not of that content.
  virtual Task<bool> mark_deleted(Context ctx, BucketId bucket, std::string name, WallTime when,
                                  std::optional<ContentHash> only = std::nullopt) = 0;
  /// Removes the row for good, deleted or not. False when there is none, or not of that content.
  virtual Task<bool> remove(Context ctx, BucketId bucket, std::string name, WallTime when,
                            std::optional<ContentHash> only = std::nullopt) = 0;
  /// Undoes a deletion that is younger than `deleted_after`. Throws conflict with code "quota-exceeded".
  virtual Task<Restored> restore(Context ctx, BucketId bucket, std::string name, WallTime when, WallTime deleted_after,
                                 Quotas quotas = {}) = 0;

  /// Sets expiry and user metadata. False when there is none, or not of that content.
  virtual Task<bool> set_metadata(Context ctx, BucketId bucket, std::string name, std::optional<WallTime> expires,
                                  std::string user_metadata, WallTime when,
                                  std::optional<ContentHash> only = std::nullopt) = 0;
  /// Raises its generation. False when there is none.
  virtual Task<bool> uncache(Context ctx, BucketId bucket, std::string name, WallTime when) = 0;
  /// Raises the generation of those whose names begin so and come after `after`, at most so many, in the order of
  /// their names; gives which. Tells nobody and adds no purge: that is the caller's to do.
  virtual Task<std::vector<Uncached>> uncache_some(Context ctx, BucketId bucket, std::string prefix, std::string after,
                                                   std::size_t most) = 0;

  /// Removes for good what has expired by `now`, at most so many; gives which.
  virtual Task<std::vector<ObjectKey>> remove_expired(Context ctx, WallTime now, std::size_t most) = 0;
  /// Removes for good what was deleted before then, at most so many; gives which.
  virtual Task<std::vector<ObjectKey>> remove_deleted(Context ctx, WallTime before, WallTime now, std::size_t most) = 0;
};

}  // namespace calotype
