#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/object.h"
#include "ports/catalog.h"
#include "rules/language.h"
#include "transform/planner.h"

namespace calotype::tenants {

/// What a rule would make of an original, worked out from its header: nothing is decoded.
struct Rehearsal {
  Plan plan;                       ///< not set where it is refused; trimmed by nothing
  std::vector<std::string> steps;  ///< for people
  std::optional<Error> refusal;    ///< what a request would be told instead
};

/// What rules would do, without doing it. Thread: any.
class Rehearsals {
 public:
  Rehearsals(Catalog& catalog, transform::Limits limits) : catalog_(catalog), limits_(limits) {}

  /// With the parameters' defaults and the domain's watermarks, for a client that takes `accepts`.
  Task<Rehearsal> rehearse(Context ctx, DomainId domain, rules::Document document, Object object,
                           transform::Accepts accepts);

  /// The same of a photo of 24 megapixels, without watermarks: what the rule costs.
  Rehearsal rehearse_photo(const rules::Document& document) const;
  static ImageInfo photo();

 private:
  Rehearsal planned(const Rule& rule, const ImageInfo& source, std::optional<FocalPoint> focal,
                    const std::vector<std::optional<ImageInfo>>& marks, transform::Accepts accepts) const;

  Catalog& catalog_;
  transform::Limits limits_;
};

}  // namespace calotype::tenants
