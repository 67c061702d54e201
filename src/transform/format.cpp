#include <algorithm>

#include <fmt/format.h>

#include "transform/animation.h"
#include "transform/planner.h"

namespace calotype::transform {
namespace {

bool is_see_through(const Paint& paint) { return paint.kind == Paint::Kind::solid && paint.colour.alpha < 255; }

bool makes_alpha(const rule::Actions& actions, const Paint& background) {
  if (actions.mask && is_see_through(actions.mask->background)) return true;
  if (actions.round && is_see_through(actions.round->background)) return true;
  if (actions.rotate && is_see_through(actions.rotate->background.value_or(background))) return true;
  if (actions.extend && is_see_through(actions.extend->background.value_or(background))) return true;
  return actions.resize && is_see_through(actions.resize->fit.background.value_or(background));
}

/// The rendition may have transparent pixels: the original has, or the rule makes some.
bool may_have_alpha(const Rule& rule, const ImageInfo& source) {
  if (source.has_alpha || makes_alpha(rule.actions, rule.background)) return true;
  return std::ranges::any_of(rule.then,
                             [](const rule::Stage& stage) { return makes_alpha(stage.actions, stage.background); });
}

/// Every client shows these; avif and webp only if it says so, tiff none.
bool is_shown(ImageFormat format, Accepts accepts) {
  switch (format) {
    case ImageFormat::avif: return accepts.avif;
    case ImageFormat::webp: return accepts.webp;
    case ImageFormat::tiff:
    case ImageFormat::heic:
    case ImageFormat::pdf: return false;
    default: return true;
  }
}

ImageFormat writable(ImageFormat format) {
  if (format == ImageFormat::heic) return ImageFormat::jpg;
  return is_document(format) ? ImageFormat::png : format;
}

/// What every client shows.
ImageFormat everyones(const Rule& rule, const ImageInfo& source) {
  return may_have_alpha(rule, source) ? ImageFormat::png : ImageFormat::jpg;
}

constexpr std::array kBestFirst{ImageFormat::avif, ImageFormat::webp};

ImageFormat choose_automatic(const Rule& rule, const ImageInfo& source, Accepts accepts) {
  std::vector<ImageFormat> preferred = rule.format.preferred;
  if (preferred.empty()) preferred.assign(kBestFirst.begin(), kBestFirst.end());
  const bool has_alpha = may_have_alpha(rule, source);
  const bool is_moving = may_stay_animated(rule, source);
  for (const auto format : preferred) {
    if (!is_shown(format, accepts)) continue;
    if (is_moving && !keeps_animation(format)) continue;
    if (has_alpha && !keeps_alpha(format)) continue;
    return format;
  }
  if (is_moving) return accepts.webp ? ImageFormat::webp : ImageFormat::gif;
  return rule.format.fallback.value_or(everyones(rule, source));
}

/// The first of a list that the client shows; a valid list ends in one that everyone does. Where the rule insists on
/// movement, of those that can move, if there is one.
ImageFormat choose_listed(const Rule& rule, const ImageInfo& source, Accepts accepts) {
  const auto& preferred = rule.format.preferred;
  const bool must_move = rule.animation.keep == rule::Animation::Keep::always && may_stay_animated(rule, source);
  if (must_move) {
    const auto moving = std::find_if(preferred.begin(), preferred.end(), [&](ImageFormat format) {
      return is_shown(format, accepts) && keeps_animation(format);
    });
    if (moving != preferred.end()) return *moving;
  }
  for (const auto format : preferred) {
    if (is_shown(format, accepts)) return format;
  }
  return everyones(rule, source);
}

}  // namespace

ImageFormat choose_format(const Rule& rule, const ImageInfo& source, Accepts accepts) {
  const auto& format = rule.format;
  if (format.is_auto) return choose_automatic(rule, source, accepts);
  if (format.kind == rule::Format::Kind::origin || format.preferred.empty()) return writable(source.format);
  if (format.kind == rule::Format::Kind::fixed) return writable(format.preferred.front());
  return choose_listed(rule, source, accepts);
}

bool is_negotiated(const Rule& rule) {
  const auto& format = rule.format;
  if (format.is_auto) return true;
  if (format.kind != rule::Format::Kind::negotiated) return false;
  // What stands behind a format that everyone shows is never reached.
  for (const auto listed : format.preferred) {
    if (listed == ImageFormat::avif || listed == ImageFormat::webp) return true;
    if (is_shown(listed, Accepts{})) return false;
  }
  return false;
}

std::string describe_choice(const Rule& rule, const ImageInfo& source, Accepts accepts) {
  const auto chosen = name_of(choose_format(rule, source, accepts));
  const auto& format = rule.format;
  const auto instead = [&](ImageFormat wanted) {
    return writable(wanted) == wanted ? std::string() : fmt::format(", because {} is not written", name_of(wanted));
  };
  if (!is_negotiated(rule)) {
    if (format.kind == rule::Format::Kind::fixed)
      return fmt::format("the rule says {}", name_of(format.preferred.front())) + instead(format.preferred.front());
    if (format.kind == rule::Format::Kind::origin || format.preferred.empty()) {
      return fmt::format("as the original, which is {}", name_of(source.format)) + instead(source.format);
    }
    return fmt::format("{} is the first of the rule's list that every client shows", chosen);
  }
  std::string taken = accepts.avif && accepts.webp ? "avif and webp"
                      : accepts.avif               ? "avif"
                      : accepts.webp               ? "webp"
                                                   : "neither avif nor webp";
  auto reason = fmt::format("the client takes {}", taken);
  if (may_stay_animated(rule, source)) reason += "; the result moves";
  if (may_have_alpha(rule, source)) reason += "; it may be transparent";
  return reason + fmt::format("; of what is left {} comes first", chosen);
}

}  // namespace calotype::transform
