#include "tenants/rehearsals.h"

#include "transform/describe.h"

namespace calotype::tenants {

namespace {

/// Values that stand for themselves; nullopt where the rule must be given some.
std::optional<rules::Bound> bound_by_default(const rules::Document& document, const rules::Facts& facts,
                                             Rehearsal& rehearsal) {
  try {
    return rules::bind(document, {}, rules::holding(document, {}, facts));
  } catch (const Error& error) {  // the answer, and no failure: it is what a request would be told
    rehearsal.refusal = error;
    return std::nullopt;
  }
}

}  // namespace

ImageInfo Rehearsals::photo() { return {.format = ImageFormat::jpg, .size = {.width = 6000, .height = 4000}}; }

Task<Rehearsal> Rehearsals::rehearse(Context ctx, DomainId domain, rules::Document document, Object object,
                                     transform::Accepts accepts) {
  Rehearsal rehearsal;
  const rules::Facts facts{.source = object.info ? &*object.info : nullptr,
                           .bytes = object.size_bytes,
                           .user_metadata = object.user_metadata,
                           .takes_avif = accepts.avif,
                           .takes_webp = accepts.webp};
  const auto bound = bound_by_default(document, facts, rehearsal);
  if (!bound) co_return rehearsal;
  if (!object.info) {
    rehearsal.refusal =
        Error(Fault::missing, fmt::format("make a picture of {}: it is none", object.name), "not-a-picture");
    co_return rehearsal;
  }
  std::vector<std::optional<ImageInfo>> marks;
  for (const auto& wanted : bound->rule.watermarks) {
    std::optional<StoredWatermark> mark;
    if (wanted.id.empty()) {
      mark = co_await catalog_.find_default_watermark(ctx, domain);
    } else if (const auto id = WatermarkId::parse(wanted.id)) {
      mark = co_await catalog_.find_watermark(ctx, domain, *id);
    } else {
      mark = co_await catalog_.find_watermark_named(ctx, domain, wanted.id);
    }
    if (!mark && wanted.on_missing == rule::Watermark::OnMissing::fail) {
      rehearsal.refusal = Error(Fault::unprocessable,
                                wanted.id.empty() ? "find the domain's default watermark: none"
                                                  : fmt::format("find watermark {}: none", wanted.id),
                                "watermark-missing");
      co_return rehearsal;
    }
    marks.push_back(mark ? std::optional(mark->info) : std::nullopt);
  }
  co_return planned(bound->rule, *object.info, object.focal, marks, accepts);
}

Rehearsal Rehearsals::rehearse_photo(const rules::Document& document) const {
  Rehearsal rehearsal;
  const auto source = photo();
  const auto bound = bound_by_default(document, {.source = &source, .takes_avif = true, .takes_webp = true}, rehearsal);
  if (!bound) return rehearsal;
  const std::vector<std::optional<ImageInfo>> none(bound->rule.watermarks.size());
  return planned(bound->rule, source, std::nullopt, none, {.avif = true, .webp = true});
}

Rehearsal Rehearsals::planned(const Rule& rule, const ImageInfo& source, std::optional<FocalPoint> focal,
                              const std::vector<std::optional<ImageInfo>>& marks, transform::Accepts accepts) const {
  Rehearsal rehearsal;
  try {
    const auto format = transform::choose_format(rule, source, accepts);
    const Box whole{.left = 0, .top = 0, .width = source.upright().width, .height = source.upright().height};
    rehearsal.plan = transform::make_plan(rule, source, focal, marks, format, limits_, whole);
    for (const auto& step : rehearsal.plan.steps) rehearsal.steps.push_back(transform::describe(step));
  } catch (const Error& error) {  // as above
    rehearsal.refusal = error;
  }
  return rehearsal;
}

}  // namespace calotype::tenants
