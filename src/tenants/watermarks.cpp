#include "tenants/watermarks.h"

#include "tenants/fields.h"

namespace calotype::tenants {

Task<StoredWatermark> Watermarks::add(Context ctx, Domain domain, std::string alias, Bytes picture) {
  FieldCheck check("add a watermark");
  if (!alias.empty()) check.require_alias(alias, "/metadata/alias");
  check.finish();
  if (picture.empty()) throw Error(Fault::invalid, "add a watermark: the body is empty", "empty-body");
  if (picture.size() > options_.bytes) {
    throw Error(Fault::too_large, fmt::format("add a watermark: more than {} bytes", options_.bytes));
  }

  // Blob first, row second: a blob without a row is swept later, a row without a blob cannot exist.
  auto staged = co_await blobs_.stage(ctx);
  co_await staged->append(ctx, picture.view());
  const auto hashes = staged->finish();
  const auto info = co_await engine_.probe(ctx, staged->contents());
  if (info.size.pixels() > options_.limits.source_pixels) {
    throw Error(Fault::unprocessable,
                fmt::format("add a watermark: {}x{} is more than {} pixels", info.size.width, info.size.height,
                            options_.limits.source_pixels),
                "image-too-large");
  }
  co_await staged->commit(ctx);

  StoredWatermark watermark{.id = WatermarkId::random(),
                            .tenant = domain.tenant,
                            .domain = domain.id,
                            .alias = std::move(alias),
                            .content = hashes.sha256,
                            .size_bytes = picture.size(),
                            .info = info,
                            .created = clock_.now()};
  co_await catalog_.add_watermark(ctx, watermark);
  co_return watermark;
}

Task<std::vector<StoredWatermark>> Watermarks::list(Context ctx, Domain domain) {
  co_return co_await catalog_.list_watermarks(ctx, domain.id);
}

Task<OpenWatermark> Watermarks::open(Context ctx, Domain domain, std::string id_or_alias) {
  std::optional<StoredWatermark> found;
  if (const auto id = WatermarkId::parse(id_or_alias)) {
    found = co_await catalog_.find_watermark(ctx, domain.id, *id);
  } else if (is_alias(id_or_alias)) {
    found = co_await catalog_.find_watermark_named(ctx, domain.id, id_or_alias);
  }
  if (!found) throw Error(Fault::missing, "find the watermark: none of this id or alias");
  auto source = co_await blobs_.open(ctx, found->content);
  if (!source) throw Error(Fault::internal, fmt::format("open watermark {}: its blob is gone", found->id.text()));
  co_return OpenWatermark{.watermark = *found, .source = std::move(source)};
}

}  // namespace calotype::tenants
