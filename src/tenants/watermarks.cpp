#include "tenants/watermarks.h"

#include "tenants/fields.h"

namespace calotype::tenants {

namespace {

Error no_watermark() { return Error(Fault::missing, "find the watermark: none of this id or alias"); }

}  // namespace

Task<Watermarks::Taken> Watermarks::take_in(Context ctx, Bytes picture, std::string attempt) {
  if (picture.empty()) throw Error(Fault::invalid, attempt + ": the body is empty", "empty-body");
  if (picture.size() > options_.bytes) {
    throw Error(Fault::too_large, fmt::format("{}: more than {} bytes", attempt, options_.bytes));
  }
  // Blob first, row second: a blob without a row is swept later, a row without a blob cannot exist.
  auto staged = co_await blobs_.stage(ctx);
  co_await staged->append(ctx, picture.view());
  const auto hashes = staged->finish();
  const auto info = co_await engine_.probe(ctx.without_departure(), staged->contents());
  if (is_document(info.format)) throw Error(Fault::unsupported, fmt::format("{}: a document is no picture", attempt));
  if (info.size.pixels() > options_.limits.source_pixels) {
    throw Error(Fault::unprocessable,
                fmt::format("{}: {}x{} is more than {} pixels", attempt, info.size.width, info.size.height,
                            options_.limits.source_pixels),
                "image-too-large");
  }
  co_await staged->commit(ctx);
  co_return Taken{.content = hashes.sha256, .info = info};
}

Task<StoredWatermark> Watermarks::add(Context ctx, Domain domain, std::string alias, Bytes picture) {
  FieldCheck check("add a watermark");
  if (!alias.empty()) check.require_alias(alias, "/metadata/alias");
  check.finish();
  const auto size = picture.size();
  const auto taken = co_await take_in(ctx, std::move(picture), "add a watermark");

  const auto now = clock_.now();
  StoredWatermark watermark{.id = WatermarkId::random(),
                            .tenant = domain.tenant,
                            .domain = domain.id,
                            .alias = std::move(alias),
                            .content = taken.content,
                            .size_bytes = size,
                            .info = taken.info,
                            .created = now,
                            .changed = now};
  co_await catalog_.add_watermark(ctx, watermark);
  co_return watermark;
}

Task<std::vector<StoredWatermark>> Watermarks::list(Context ctx, Domain domain) {
  co_return co_await catalog_.list_watermarks(ctx, domain.id);
}

Task<StoredWatermark> Watermarks::require(Context ctx, Domain domain, std::string id_or_alias) {
  std::optional<StoredWatermark> found;
  if (const auto id = WatermarkId::parse(id_or_alias)) {
    found = co_await catalog_.find_watermark(ctx, domain.id, *id);
  } else if (is_alias(id_or_alias)) {
    found = co_await catalog_.find_watermark_named(ctx, domain.id, id_or_alias);
  }
  if (!found) throw no_watermark();
  co_return *found;
}

Task<OpenWatermark> Watermarks::open(Context ctx, Domain domain, std::string id_or_alias) {
  const auto found = co_await require(ctx, domain, std::move(id_or_alias));
  auto source = co_await blobs_.open(ctx, found.content);
  if (!source) throw Error(Fault::internal, fmt::format("open watermark {}: its blob is gone", found.id.text()));
  co_return OpenWatermark{.watermark = found, .source = std::move(source)};
}

Task<StoredWatermark> Watermarks::replace(Context ctx, StoredWatermark watermark, std::optional<std::string> alias,
                                          Bytes picture) {
  FieldCheck check("replace the watermark");
  if (alias && !alias->empty()) check.require_alias(*alias, "/metadata/alias");
  check.finish();
  watermark.size_bytes = picture.size();
  const auto taken = co_await take_in(ctx, std::move(picture), "replace the watermark");

  if (alias) watermark.alias = std::move(*alias);
  watermark.content = taken.content;
  watermark.info = taken.info;
  watermark.changed = clock_.now();
  const bool is_changed = co_await catalog_.change_watermark(ctx, watermark);
  if (!is_changed) throw no_watermark();
  co_return watermark;
}

Task<> Watermarks::remove(Context ctx, StoredWatermark watermark) {
  const auto now = clock_.now();
  const bool is_removed = co_await catalog_.remove_watermark(ctx, watermark.domain, watermark.id, now);
  if (!is_removed) throw no_watermark();
}

}  // namespace calotype::tenants
