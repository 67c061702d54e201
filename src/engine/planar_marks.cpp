#include "engine/planar_marks.h"

#include <algorithm>

#include "engine/pipeline.h"

namespace calotype::engine {

PlanarMarks::Shared PlanarMarks::get(const plan::Watermark& step, const Input& input, bool is_studio) {
  auto key = step;
  key.positions.clear();
  key.mark = 0;
  const auto bytes = mark_of(step, input);
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (auto known = find(file, key, is_studio)) return known;
  return keep(file, std::move(key), is_studio, open_stamp(step, input, {}));
}

PlanarMarks::Shared PlanarMarks::get(const plan::Rect& step, bool is_studio) { return drawn(step, is_studio); }
PlanarMarks::Shared PlanarMarks::get(const plan::Gradient& step, bool is_studio) { return drawn(step, is_studio); }
PlanarMarks::Shared PlanarMarks::get(const plan::Text& step, bool is_studio) { return drawn(step, is_studio); }

template <class Step>
PlanarMarks::Shared PlanarMarks::drawn(Step step, bool is_studio) {
  step.laying.placing = {};
  if (auto known = find({}, step, is_studio)) return known;
  const auto stamp = drawn_stamp(step);
  return keep({}, std::move(step), is_studio, stamp);
}

PlanarMarks::Shared PlanarMarks::find(std::string_view file, const plan::Step& step, bool is_studio) {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& known) {
    return known.is_studio == is_studio && known.step == step && known.file == file;
  });
  if (found == known_.end()) return nullptr;
  known_.splice(known_.begin(), known_, found);
  return known_.front().mark;
}

PlanarMarks::Shared PlanarMarks::keep(std::string_view file, plan::Step step, bool is_studio, const Stamp& stamp) {
  const VImage pixels = in_memory(stamp.image);
  auto mark = std::make_shared<const PlanarMark>(PlanarMark{
      .overlay =
          planar::Overlay(static_cast<const std::uint8_t*>(pixels.data()), pixels.width(), pixels.height(), is_studio),
      .origin = stamp.origin,
      .bounds = stamp.bounds});
  if (file.size() <= kMostBytes && size_of(pixels).pixels() <= kMostPixels) {
    known_.push_front({.file = std::string(file), .step = std::move(step), .is_studio = is_studio, .mark = mark});
    if (known_.size() > kKept) known_.pop_back();
  }
  return mark;
}

}  // namespace calotype::engine
