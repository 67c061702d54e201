#pragma once

#include <string>

#include "adapters/sqlite/connection.h"
#include "model/object.h"
#include "ports/object_index.h"

/// Objects as rows, and what is done to them within a change.
namespace calotype::object_rows {

/// The columns that read() reads, in order; no bucket.
inline constexpr auto kColumns =
    "name, tenant, content, md5, size_bytes, content_type, format, width, height, frames, is_animated, bit_depth,"
    " colour_space, has_alpha, is_interlaced, has_profile, orientation, loop, focal_x, focal_y, created_ms, deleted_ms,"
    " expires_ms, user_metadata, generation";
Object read(Query& row, BucketId bucket);

/// After every name that begins so: no UTF-8 has this octet.
inline constexpr auto kBehindAll = "\xff";

/// Adds the object on its terms, with its event. Throws as ObjectIndex::add.
void add(Connection& connection, const Object& object, const AddTerms& terms);

/// After a change that added to them. Throws conflict with code "quota-exceeded".
void refuse_over_quota(Connection& connection, BucketId bucket, TenantId tenant, const Quotas& quotas);

/// Appends an event of an object. `data`: more members of its JSON, each with a comma before it.
void append_event(Connection& connection, const char* type, TenantId tenant, const ObjectKey& key, WallTime when,
                  const std::string& data = {});

}  // namespace calotype::object_rows
