#include "adapters/sqlite/rows.h"

#include <algorithm>

#include <array>
#include <utility>

#include <fmt/format.h>

namespace calotype::rows {

namespace {

constexpr int kInfoColumns = 12;

constexpr std::array<std::pair<ColourSpace, std::string_view>, 3> kColourSpaces{
    {{ColourSpace::grey, "grey"}, {ColourSpace::rgb, "rgb"}, {ColourSpace::cmyk, "cmyk"}}};

std::string_view name_of_space(ColourSpace space) {
  for (const auto& [known, name] : kColourSpaces) {
    if (known == space) return name;
  }
  throw Error(Fault::internal, "write a row: a colour space without a name");
}

ColourSpace space_named(std::string_view text) {
  for (const auto& [space, name] : kColourSpaces) {
    if (name == text) return space;
  }
  throw Error(Fault::internal, fmt::format("read a row: colour space {} is not known", text));
}

std::optional<std::uint64_t> limit(Query& row) {
  const bool is_none = row.is_null();
  const auto most = row.integer();
  return is_none ? std::nullopt : std::optional(static_cast<std::uint64_t>(most));
}

}  // namespace

void bind(Query& query, const std::optional<Rate>& rate) {
  rows::bind<double>(query, rate ? std::optional(rate->per_second) : std::nullopt);
  rows::bind<double>(query, rate ? std::optional(rate->burst) : std::nullopt);
}

void bind(Query& query, const Quota& quota) {
  bind(query, quota.objects);
  bind(query, quota.bytes);
}

void bind(Query& query, const ImageInfo& info) {
  query.bind(calotype::name_of(info.format));
  bind_all(query, info.size.width, info.size.height, info.frames, info.is_animated, info.bit_depth);
  query.bind(name_of_space(info.colour_space));
  bind_all(query, info.has_alpha, info.is_interlaced, info.has_profile, info.orientation, info.loop);
}

void bind(Query& query, const std::optional<ImageInfo>& info) {
  if (info) return bind(query, *info);
  for (int i = 0; i < kInfoColumns; ++i) query.bind_null();
}

Digest digest(Query& row) {
  Digest digest;
  row.octets(digest.octets);
  return digest;
}

WallTime time(Query& row) { return WallTime(Milliseconds(row.integer())); }

std::optional<WallTime> maybe_time(Query& row) {
  if (!row.is_null()) return time(row);
  row.skip(1);
  return std::nullopt;
}

std::optional<Rate> maybe_rate(Query& row) {
  const bool is_set = !row.is_null();
  const auto per_second = row.real();
  const auto burst = row.real();
  return is_set ? std::optional(Rate{.per_second = per_second, .burst = burst}) : std::nullopt;
}

Quota quota(Query& row) {
  Quota quota;
  quota.objects = limit(row);
  quota.bytes = limit(row);
  return quota;
}

ImageInfo image_info(Query& row) {
  const auto name = row.text();
  const auto format = format_named(name);
  if (!format) throw Error(Fault::internal, fmt::format("read a row: format {} is not known", name));
  ImageInfo info{.format = *format};
  info.size.width = static_cast<int>(row.integer());
  info.size.height = static_cast<int>(row.integer());
  info.frames = static_cast<int>(row.integer());
  info.is_animated = row.boolean();
  info.bit_depth = static_cast<int>(row.integer());
  info.colour_space = space_named(row.text());
  info.has_alpha = row.boolean();
  info.is_interlaced = row.boolean();
  info.has_profile = row.boolean();
  info.orientation = static_cast<int>(row.integer());
  info.loop = static_cast<int>(row.integer());
  return info;
}

std::optional<ImageInfo> maybe_image_info(Query& row) {
  if (!row.is_null()) return image_info(row);
  row.skip(kInfoColumns);
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace calotype::rows
