#pragma once

#include <functional>
#include <optional>
#include <string>

#include "model/rule.h"

/// Which quality to encode with, where the rule names an aim instead of a number. Decides only: what it tries is the
/// caller's to encode.
namespace calotype::engine {

/// As many qualities are tried at most to reach a similarity.
inline constexpr int kMeasuredTries = 4;
/// As many are tried at most to reach a size of the file.
inline constexpr int kByteTries = 7;
/// A file is not made smaller by a quality below this; where the size may shrink, below the second.
inline constexpr int kLeastQuality = 10;
inline constexpr int kLeastBeforeShrinking = 40;

/// The least quality tried that reaches the target, or `max` where none did. `similarity` of a quality is 1 for the
/// same and grows with it. The search begins at `start`.
int least_quality(const rule::MeasuredQuality& want, int start, const std::function<double(int)>& similarity);

/// What came of looking for a file of at most so many bytes.
struct Fitted {
  std::optional<std::string> body;  ///< of the highest quality tried that fits
  std::size_t least_bytes = 0;      ///< of all that were tried
};

/// Tries `quality` first and then, by halving, those down to `least`, which it does not miss.
Fitted fit_bytes(std::size_t most, int quality, int least, const std::function<std::string(int)>& encode);

}  // namespace calotype::engine
