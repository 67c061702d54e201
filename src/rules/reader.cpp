#include "rules/reader.h"

#include <algorithm>
#include <array>

#include "rules/checks.h"
#include "rules/fields.h"
#include "rules/quality.h"

namespace calotype::rules {
namespace {

rule::Source read_source(const Fields& fields) {
  static constexpr std::array kFailOn{Word{"none", rule::FailOn::none}, Word{"truncated", rule::FailOn::truncated},
                                      Word{"error", rule::FailOn::error}, Word{"warning", rule::FailOn::warning}};
  rule::Source to;
  fields.read("page", to.page);
  fields.read("density", to.density);
  if (const auto* frame = fields.find("frame")) {
    if (frame->number() != nullptr) {
      to.frame = rule::Source::Frame::number;
      fields.read("frame", to.frame_number);
    } else {
      to.frame = *frame == Value("best") ? rule::Source::Frame::best : rule::Source::Frame::middle;
    }
  }
  fields.read<rule::FailOn>("failOn", to.fail_on, kFailOn);
  return to;
}

std::vector<ImageFormat> formats_of(const Value& list) {
  std::vector<ImageFormat> formats;
  for (const auto& item : *list.array()) {
    if (const auto format = format_named(*item.text())) formats.push_back(*format);
  }
  return formats;
}

rule::Format read_auto(const Fields& fields) {
  using Lossless = rule::Format::Lossless;
  static constexpr std::array kLossless{Word{"auto", Lossless::automatic}, Word{"never", Lossless::never},
                                        Word{"always", Lossless::always}};
  rule::Format to{
      .kind = rule::Format::Kind::negotiated, .preferred = {ImageFormat::avif, ImageFormat::webp}, .is_auto = true};
  if (const auto* prefer = fields.find("prefer")) to.preferred = formats_of(*prefer);
  fields.read<Lossless>("lossless", to.lossless, kLossless);
  if (const auto* fallback = fields.find("fallback")) to.fallback = format_named(*fallback->text());
  return to;
}

rule::Format read_format(const Value* value) {
  if (value == nullptr || *value == Value("origin")) return {};
  if (value->object() != nullptr) return read_auto(Fields(value));
  if (*value == Value("auto")) return read_auto(Fields(nullptr));
  if (value->array() != nullptr) return {.kind = rule::Format::Kind::negotiated, .preferred = formats_of(*value)};
  rule::Format to{.kind = rule::Format::Kind::fixed};
  if (const auto format = format_named(*value->text())) to.preferred.push_back(*format);
  return to;
}

rule::Quality read_quality(const Fields& fields) {
  int number = 80;
  fields.read("default", number);
  auto to = spread_of(number);
  if (const auto* base = fields.find("default"); base != nullptr && base->text() != nullptr) {
    auto& measured = to.measured.emplace();
    measured.target = checks::target_named(*base->text()).value_or(measured.target);
    fields.read("target", measured.target);
    fields.read("min", measured.min);
    fields.read("max", measured.max);
    to.measures_jpg = fields.find("jpg") == nullptr;
    to.measures_webp = fields.find("webp") == nullptr;
    to.measures_avif = fields.find("avif") == nullptr;
  }
  fields.read("jpg", to.jpg);
  fields.read("webp", to.webp);
  fields.read("avif", to.avif);
  fields.read("tiff", to.tiff);
  return to;
}

rule::Encoder read_encoder(const Fields& fields) {
  using Chroma = rule::Encoder::Chroma;
  static constexpr std::array kChromas{Word{"auto", Chroma::automatic}, Word{"420", Chroma::c420},
                                       Word{"422", Chroma::c422}, Word{"444", Chroma::c444}};
  rule::Encoder to;
  fields.read("progressive", to.progressive);
  fields.read("effort", to.effort);
  fields.read("lossless", to.lossless);
  fields.read("nearLossless", to.near_lossless);
  fields.read<Chroma>("chroma", to.chroma, kChromas);
  fields.read("interlace", to.interlace);
  fields.read("compression", to.compression);
  fields.read("palette", to.palette);
  fields.read("dither", to.dither);
  if (const auto* depth = fields.find("bitdepth"); depth != nullptr && depth->number() != nullptr)
    fields.read("bitdepth", to.bit_depth);
  fields.read("dpi", to.dpi);
  fields.read("maxBytes", to.max_bytes);
  fields.read("shrink", to.shrink);
  return to;
}

rule::Animation read_animation(const Fields& fields) {
  using rule::Animation;
  static constexpr std::array kKeeps{Word{"auto", Animation::Keep::automatic}, Word{"always", Animation::Keep::always},
                                     Word{"never", Animation::Keep::never}};
  static constexpr std::array kStills{Word{"first", Animation::Still::first}, Word{"best", Animation::Still::best},
                                      Word{"middle", Animation::Still::middle}};
  static constexpr std::array kOvers{Word{"reject", Animation::Over::reject},
                                     Word{"truncate", Animation::Over::truncate},
                                     Word{"still", Animation::Over::still}};
  Animation to;
  fields.read<Animation::Keep>("keep", to.keep, kKeeps);
  fields.read("maxFrames", to.max_frames);
  fields.read("every", to.every);
  fields.read("speed", to.speed);
  fields.read("loop", to.loop);
  fields.read("reverse", to.reverse);
  fields.read<Animation::Still>("still", to.still, kStills);
  fields.read<Animation::Over>("over", to.over, kOvers);
  return to;
}

rule::Metadata read_metadata(const Fields& fields) {
  using rule::Metadata;
  static constexpr std::array kProfiles{Word{"srgb", Metadata::Profile::srgb}, Word{"p3", Metadata::Profile::p3},
                                        Word{"keep", Metadata::Profile::keep}};
  static constexpr std::array kEmbeds{Word{"auto", Metadata::Embed::automatic}, Word{"always", Metadata::Embed::always},
                                      Word{"never", Metadata::Embed::never}};
  Metadata to;
  fields.read("strip", to.strip);
  if (const auto* keep = fields.find("keep")) {
    const auto& list = *keep->array();
    const auto has = [&](const char* word) { return std::find(list.begin(), list.end(), Value(word)) != list.end(); };
    to.keep_copyright = has("copyright");
    to.keep_credit = has("credit");
    to.keep_date = has("date");
    to.keep_camera = has("camera");
    to.keep_gps = has("gps");
    to.keep_iptc = has("iptc");
    to.keep_xmp = has("xmp");
    to.keep_orientation = has("orientation");
  }
  const auto set = fields.object("set");
  set.read("copyright", to.set_copyright);
  set.read("credit", to.set_credit);
  set.read("source", to.set_source);
  fields.read<Metadata::Profile>("profile", to.profile, kProfiles);
  fields.read<Metadata::Embed>("embedProfile", to.embed, kEmbeds);
  return to;
}

rule::Gravity gravity_of(const Fields& fields) {
  rule::Gravity to;
  const auto& word = *fields.find("type")->text();
  if (const auto location = location_named(word))
    to.location = *location;
  else if (word == "focal")
    to.kind = rule::Gravity::Kind::focal;
  else if (word == "attention")
    to.kind = rule::Gravity::Kind::attention;
  else
    to.kind = rule::Gravity::Kind::entropy;
  fields.read("x", to.x);
  fields.read("y", to.y);
  fields.read("zoom", to.zoom);
  fields.read("dx", to.dx);
  fields.read("dy", to.dy);
  return to;
}

/// Adds a stage of `then` and its watermarks.
void read_stage(const Value& value, Rule& rule) {
  const Fields fields(&value);
  rule::Stage stage{.actions = read_actions(fields.find("actions")), .background = rule.background};
  fields.read("background", stage.background);
  if (const auto* marks = fields.find("watermark")) {
    for (const auto& mark : *marks->array()) rule.watermarks.push_back(read_watermark(mark));
    stage.watermarks = marks->array()->size();
  }
  rule.then.push_back(std::move(stage));
}

/// After all watermarks, behind which they put their own.
void read_all_overlays(const Fields& root, Rule& rule) {
  rule.overlays = read_overlays(root.find("overlays"), rule.watermarks);
  const auto* stages = root.find("then");
  if (stages == nullptr) return;
  for (std::size_t i = 0; i < rule.then.size(); ++i) {
    rule.then[i].overlays = read_overlays((*stages->array())[i].find("overlays"), rule.watermarks);
  }
}

}  // namespace

std::optional<Location> location_named(std::string_view word) {
  static constexpr std::array kWords{Word{"north", Location::north},  Word{"northeast", Location::northeast},
                                     Word{"east", Location::east},    Word{"southeast", Location::southeast},
                                     Word{"south", Location::south},  Word{"southwest", Location::southwest},
                                     Word{"west", Location::west},    Word{"northwest", Location::northwest},
                                     Word{"center", Location::center}};
  for (const auto& known : kWords) {
    if (known.name == word) return known.value;
  }
  return std::nullopt;
}

rule::Gravities gravities_of(const Value* list) {
  if (list == nullptr) return {{.kind = rule::Gravity::Kind::focal}, {.location = Location::center}};
  rule::Gravities gravities;
  for (const auto& item : *list->array()) gravities.push_back(gravity_of(Fields(&item)));
  return gravities;
}

Rule read_rule(const Value& canonical) {
  Rule rule;
  const Fields root(&canonical);
  rule.source = read_source(root.object("source"));
  rule.actions = read_actions(root.find("actions"));
  if (const auto* marks = root.find("watermark")) {
    for (const auto& mark : *marks->array()) rule.watermarks.push_back(read_watermark(mark));
  }
  root.read("background", rule.background);
  if (const auto* stages = root.find("then")) {
    for (const auto& stage : *stages->array()) read_stage(stage, rule);
  }
  read_all_overlays(root, rule);
  rule.format = read_format(root.find("format"));
  rule.quality = read_quality(root.object("quality"));
  rule.encoder = read_encoder(root.object("encoder"));
  root.read("dpr", rule.dpr);
  root.read("enlarge", rule.enlarge);
  root.read("autoRotate", rule.auto_rotate);
  rule.animation = read_animation(root.object("animation"));
  rule.metadata = read_metadata(root.object("metadata"));
  return rule;
}

}  // namespace calotype::rules
