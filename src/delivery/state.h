#pragma once

#include "delivery/delivery.h"
#include "delivery/directory.h"
#include "delivery/tiers.h"
#include "resilience/single_flight.h"

namespace calotype::delivery {

/// What a rendition is made from, all resolved.
struct Recipe {
  RenditionKey key;
  std::shared_ptr<const Object> object;
  std::shared_ptr<const rules::Bound> rule;
  std::vector<std::shared_ptr<const StoredWatermark>> marks;  ///< as Rule::watermarks counts; null: skipped
  ImageFormat format = ImageFormat::jpg;
};

/// What the story's steps share.
struct Delivery::State {
  State(Stores given, const Clock& its_clock, telemetry::Metrics& metrics, Options its_options);

  /// From tiers, else made once however many ask at the same time.
  Task<Tiers::Hit> make_once(Context ctx, Recipe recipe);
  /// In the flight of the one that leads.
  Task<Rendition> make(Context ctx, Recipe recipe, std::shared_ptr<Origin> origin);
  Task<Rendition> render(Context ctx, Recipe recipe);

  Stores stores;
  const Clock& clock;
  const Options options;
  Directory directory;
  Tiers tiers;
  resilience::SingleFlight<RenditionKey, Rendition> flights;
  TtlCache<RenditionKey, Error> refused;  ///< renderings that failed because of their picture
  std::map<Origin, telemetry::Counter> answers;
  telemetry::Histogram render_seconds;
};

}  // namespace calotype::delivery
