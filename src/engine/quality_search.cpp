#include "engine/quality_search.h"

#include <algorithm>
#include <cmath>

namespace calotype::engine {
namespace {

/// How much the logarithm of what is missing to 1 falls with each step of quality, in photos.
constexpr double kFall = 0.035;
/// A quality this little above the one that would just do is good enough.
constexpr int kEnough = 2;

struct Tried {
  int quality = 0;
  double missing = 0;  ///< logarithm of 1 - similarity
};

/// What is known of where the similarity crosses the target.
struct Bracket {
  std::optional<Tried> below;  ///< the highest that falls short of it
  std::optional<Tried> above;  ///< the lowest that reaches it
  int low = 0;                 ///< what is left to try
  int high = 0;
  int in_a_row = 0;  ///< the last so many tries came out alike

  void learn(const Tried& tried, double aim) {
    auto& same_side = tried.missing <= aim ? above : below;
    in_a_row = same_side && same_side->quality == last_quality ? in_a_row + 1 : 1;
    last_quality = tried.quality;
    same_side = tried;
    if (tried.missing <= aim)
      high = tried.quality - 1;
    else
      low = tried.quality + 1;
  }

  /// Where a straight line through what is known meets the aim; the middle where lines have not led across it.
  int next(double aim) const {
    if (in_a_row >= 2) return (low + high + 1) / 2;
    double crossing = 0;
    if (below && above) {
      const double part = (below->missing - aim) / (below->missing - above->missing);
      crossing = below->quality + part * (above->quality - below->quality);
    } else {
      const Tried& only = below ? *below : *above;
      crossing = only.quality + (only.missing - aim) / kFall;
    }
    return static_cast<int>(std::ceil(std::clamp<double>(crossing, low, high)));
  }

  int last_quality = 0;
};

}  // namespace

int least_quality(const rule::MeasuredQuality& want, int start, const std::function<double(int)>& similarity) {
  const auto missing = [&](double found) { return std::log(std::max(1 - found, 1e-6)); };
  const double aim = missing(want.target);
  Bracket bracket{.below = {}, .above = {}, .low = want.min, .high = want.max};
  int quality = std::clamp(start, want.min, want.max);
  for (int tries = 0; tries < kMeasuredTries; ++tries) {
    const Tried tried{.quality = quality, .missing = missing(similarity(quality))};
    bracket.learn(tried, aim);
    if (bracket.low > bracket.high) break;
    quality = bracket.next(aim);
    if (bracket.above && bracket.above->quality - quality < kEnough) break;
  }
  return bracket.above ? bracket.above->quality : want.max;
}

Fitted fit_bytes(std::size_t most, int quality, int least, const std::function<std::string(int)>& encode) {
  Fitted fitted;
  const auto try_one = [&](int at) {
    auto body = encode(at);
    if (fitted.least_bytes == 0 || body.size() < fitted.least_bytes) fitted.least_bytes = body.size();
    if (body.size() > most) return false;
    fitted.body = std::move(body);
    return true;
  };
  if (try_one(quality)) return fitted;
  int low = std::min(least, quality);
  int high = quality - 1;
  for (int tries = 1; tries < kByteTries && low <= high; ++tries) {
    const int middle = (low + high) / 2;
    if (try_one(middle))
      low = middle + 1;
    else
      high = middle - 1;
  }
  return fitted;
}

}  // namespace calotype::engine
