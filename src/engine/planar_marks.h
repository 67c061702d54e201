#pragma once

#include <list>
#include <memory>
#include <span>
#include <string>

#include "engine/engine.h"
#include "engine/steps.h"
#include "planar/overlay.h"

namespace calotype::engine {

/// A mark, or an overlay, as it is laid over planes.
struct PlanarMark {
  planar::Overlay overlay;
  Point origin;  ///< of the turned bounding box in it
  Size bounds;   ///< of that box
};

/// Keeps the last few marks in the sizes in which they were laid: a site's pictures have the same one again and again,
/// and making it ready takes longer than the rest of a small rendition. Thread: one.
class PlanarMarks {
 public:
  static constexpr std::size_t kKept = 16;
  static constexpr std::size_t kMostBytes = 256 * 1024;   ///< of a mark's file that is kept
  static constexpr std::int64_t kMostPixels = 1'000'000;  ///< of a mark that is kept

  using Shared = std::shared_ptr<const PlanarMark>;

  /// Throws as the pipeline does for a mark that cannot be read.
  Shared get(const plan::Watermark& step, const Input& input, bool is_studio);
  /// What an overlay draws.
  Shared get(const plan::Rect& step, bool is_studio);
  Shared get(const plan::Gradient& step, bool is_studio);
  Shared get(const plan::Text& step, bool is_studio);

 private:
  struct Known {
    std::string file;  ///< of a mark
    plan::Step step;   ///< without its positions
    bool is_studio = false;
    Shared mark;
  };

  /// nullptr where it is not known.
  Shared find(std::string_view file, const plan::Step& step, bool is_studio);
  Shared keep(std::string_view file, plan::Step step, bool is_studio, const Stamp& stamp);
  template <class Step>
  Shared drawn(Step step, bool is_studio);

  std::list<Known> known_;  ///< the last one asked for first
};

}  // namespace calotype::engine
