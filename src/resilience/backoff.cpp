#include "resilience/backoff.h"

#include <algorithm>
#include <cmath>

namespace calotype::resilience {

Milliseconds Backoff::next() {
  const auto most = static_cast<double>(options_.most.count());
  const auto grown = static_cast<double>(options_.first.count()) * std::pow(options_.factor, failures_);
  const double full = std::min(grown, most);  // also where `grown` has become infinite
  ++failures_;
  const double share = std::uniform_real_distribution<double>(1.0 - options_.jitter, 1.0)(random_);
  return Milliseconds(static_cast<Milliseconds::rep>(full * share));
}

}  // namespace calotype::resilience
