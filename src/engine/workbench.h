#pragma once

#include "engine/planar_marks.h"
#include "planar/arena.h"
#include "planar/weights.h"

namespace calotype::engine {

/// What stays from one picture to the next. A process handles one at a time (engine.h), and clears the arena before
/// each: planes lie in it until they are encoded.
struct Workbench {
  planar::Arena arena;
  planar::WeightCache weights;
  PlanarMarks marks;
};

inline Workbench& workbench() {
  static Workbench bench;
  return bench;
}

}  // namespace calotype::engine
