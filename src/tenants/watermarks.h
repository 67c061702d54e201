#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/clock.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "ports/image_engine.h"
#include "transform/planner.h"

namespace calotype::tenants {

struct WatermarkOptions {
  std::uint64_t bytes = 5'000'000;  ///< of one watermark's file
  transform::Limits limits;
};

/// A watermark with its picture's bytes.
struct OpenWatermark {
  StoredWatermark watermark;
  SharedSource source;
};

/// The pictures that a domain's rules lay over others. Thread: any.
class Watermarks {
 public:
  Watermarks(Catalog& catalog, BlobStore& blobs, ImageEngine& engine, const Clock& clock, WatermarkOptions options)
      : catalog_(catalog), blobs_(blobs), engine_(engine), clock_(clock), options_(options) {}

  /// How many bytes a picture may have: for whoever reads it in.
  std::uint64_t most_bytes() const { return options_.bytes; }

  /// An empty alias: none. Throws: unprocessable (alias, picture), unsupported, too_large, conflict, missing.
  Task<StoredWatermark> add(Context ctx, Domain domain, std::string alias, Bytes picture);
  Task<std::vector<StoredWatermark>> list(Context ctx, Domain domain);
  /// By id or alias. Throws missing.
  Task<OpenWatermark> open(Context ctx, Domain domain, std::string id_or_alias);
  Task<StoredWatermark> require(Context ctx, Domain domain, std::string id_or_alias);
  /// Gives it another picture and, where there is one, another alias ("": none). Throws as add(), and missing.
  Task<StoredWatermark> replace(Context ctx, StoredWatermark watermark, std::optional<std::string> alias,
                                Bytes picture);
  /// Rules that lay it over fail from then on, or go on without it, as they say. Throws missing.
  Task<> remove(Context ctx, StoredWatermark watermark);

 private:
  /// A picture whose bytes are safe.
  struct Taken {
    ContentHash content;
    ImageInfo info;
  };
  Task<Taken> take_in(Context ctx, Bytes picture, std::string attempt);

  Catalog& catalog_;
  BlobStore& blobs_;
  ImageEngine& engine_;
  const Clock& clock_;
  WatermarkOptions options_;
};

}  // namespace calotype::tenants
