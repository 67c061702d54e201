#pragma once

#include <list>
#include <memory>
#include <span>
#include <string>

#include "engine/engine.h"
#include "planar/overlay.h"

namespace calotype::engine {

/// A mark as it is laid over planes.
struct PlanarMark {
  planar::Overlay overlay;
  Point origin;  ///< of the turned mark's bounding box in it
};

/// Keeps the last few marks in the sizes in which they were laid: a site's pictures have the same one again and again,
/// and making it ready takes longer than the rest of a small rendition. Thread: one.
class PlanarMarks {
 public:
  static constexpr std::size_t kKept = 16;
  static constexpr std::size_t kMostBytes = 256 * 1024;   ///< of a mark's file that is kept
  static constexpr std::int64_t kMostPixels = 1'000'000;  ///< of a mark that is kept

  /// Throws as the pipeline does for a mark that cannot be read.
  std::shared_ptr<const PlanarMark> get(const plan::Watermark& step, const Input& input, bool is_studio);

 private:
  struct Known {
    std::string file;
    plan::Watermark step;  ///< without its positions
    bool is_studio = false;
    std::shared_ptr<const PlanarMark> mark;
  };
  std::list<Known> known_;  ///< the last one asked for first
};

}  // namespace calotype::engine
