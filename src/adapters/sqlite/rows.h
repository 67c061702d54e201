#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/connection.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/id.h"
#include "model/image_info.h"
#include "model/tenant.h"

/// How values of the model stand in columns.
namespace calotype::rows {

template <class Tag>
void bind(Query& query, const Id<Tag>& id) {
  query.bind(std::span<const std::uint8_t>(id.uuid.octets));
}
inline void bind(Query& query, const Digest& digest) { query.bind(std::span<const std::uint8_t>(digest.octets)); }
inline void bind(Query& query, const Md5& md5) { query.bind(std::span<const std::uint8_t>(md5)); }
inline void bind(Query& query, const std::string& text) { query.bind(std::string_view(text)); }
inline void bind(Query& query, bool value) { query.bind(std::int64_t{value}); }
inline void bind(Query& query, int value) { query.bind(std::int64_t{value}); }
inline void bind(Query& query, std::uint64_t value) { query.bind(static_cast<std::int64_t>(value)); }
inline void bind(Query& query, double value) { query.bind(value); }
inline void bind(Query& query, Seconds value) { query.bind(std::int64_t{value.count()}); }
inline void bind(Query& query, WallTime time) { query.bind(std::int64_t{time.time_since_epoch().count()}); }
/// NULL for none.
template <class Value>
void bind(Query& query, const std::optional<Value>& value) {
  if (value) return bind(query, *value);
  query.bind_null();
}
/// Two columns; NULL: no limit.
void bind(Query& query, const Quota& quota);
/// Two columns; NULLs for none.
void bind(Query& query, const std::optional<Rate>& rate);
/// Twelve columns.
void bind(Query& query, const ImageInfo& info);
/// Twelve NULLs for none.
void bind(Query& query, const std::optional<ImageInfo>& info);

/// Binds each in turn.
template <class... Values>
Query& bind_all(Query& query, const Values&... values) {
  (bind(query, values), ...);
  return query;
}

template <class Id>
Id id(Query& row) {
  Id id;
  row.octets(id.uuid.octets);
  return id;
}
Digest digest(Query& row);
WallTime time(Query& row);
std::optional<WallTime> maybe_time(Query& row);
Quota quota(Query& row);
std::optional<Rate> maybe_rate(Query& row);
/// Twelve columns; throws internal for a name that is not known.
ImageInfo image_info(Query& row);
std::optional<ImageInfo> maybe_image_info(Query& row);

/// Texts without line feeds, one a line.
std::string joined(const std::vector<std::string>& lines);
std::vector<std::string> lines(const std::string& text);

}  // namespace calotype::rows
