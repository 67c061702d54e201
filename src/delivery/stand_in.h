#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/geometry.h"
#include "model/rendition.h"

/// What is served where the right rendition cannot be made in time.
namespace calotype::delivery {

enum class Degraded { no, stale, larger, last_good, original, placeholder };

/// "stale", "larger", ...: a metric label and the value of X-Calotype-Degraded.
std::string_view name_of(Degraded degraded);

/// A rendition that cannot be had.
struct Want {
  RenditionKey key;
  Lineage lineage;
  ImageFormat format = ImageFormat::jpg;
  std::optional<Size> size;  ///< absent: no larger one may stand in
};

struct StandIn {
  RenditionKey key;
  Degraded kind = Degraded::stale;
};

/// Those of its family that may stand in for it, best first: what another revision of the rule made of the same
/// request, then larger ones that show the same in the same shape, the smallest of them first. Those come in the same
/// format, or in one that every client takes. One that is there twice is given once.
std::vector<StandIn> stand_ins(const Want& want, std::span<const Relative> family);

}  // namespace calotype::delivery
