#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/colour.h"
#include "model/geometry.h"
#include "model/image_info.h"
#include "model/placing.h"

/// A rule with every default filled in, every alias resolved and every parameter bound: what rules::bind gives and what
/// transform::make_plan reads. The language: docs/rules.md.
namespace calotype::rule {

/// A length or an offset: pixels (multiplied by `dpr` when the plan is made) or percent.
struct Length {
  enum class Unit { pixels, percent };
  double value = 0;
  Unit unit = Unit::pixels;
  bool operator==(const Length&) const = default;
};

/// One way to choose what a crop keeps; a list is tried in order until one applies.
struct Gravity {
  enum class Kind { location, focal, attention, entropy };
  Kind kind = Kind::location;
  Location location = Location::center;
  std::optional<double> x;  ///< focal, 0..1 of the width; absent: the point stored with the object
  std::optional<double> y;
  double zoom = 1;  ///< 1..10
  Length dx;        ///< moves the kept box
  Length dy;
  bool operator==(const Gravity&) const = default;
};
using Gravities = std::vector<Gravity>;

struct Area {
  Length left;
  Length top;
  Length width;
  Length height;
  bool operator==(const Area&) const = default;
};

struct Aspect {
  double width = 1;
  double height = 1;
  bool operator==(const Aspect&) const = default;
};

// ---- actions, in the order of the fixed pipeline ----

struct BlurAreas {
  std::vector<Area> areas;
  double sigma = 20;
  double feather = 0;
  bool operator==(const BlurAreas&) const = default;
};

struct PixelateArea {
  Area area;
  int min_nr_of_pixels = 8;
  int min_pixel_size = 8;
  bool operator==(const PixelateArea&) const = default;
};

struct Redact {
  enum class Mode { blur, pixelate, fill };
  enum class Shape { rect, ellipse };
  std::vector<Area> areas;
  Mode mode = Mode::pixelate;
  Shape shape = Shape::rect;
  int strength = 60;
  Colour colour{};
  double grow = 0.15;
  bool operator==(const Redact&) const = default;
};

struct Trim {
  double threshold = 10;
  std::optional<Colour> colour;  ///< absent: the top left pixel's
  bool alpha = true;             ///< transparent borders are trimmed too
  bool equal_x = false;
  bool equal_y = false;
  Length keep;
  double max = 90;  ///< percent of the area; more would go: nothing goes
  bool operator==(const Trim&) const = default;
};

struct Crop {
  std::optional<Length> left;  ///< left and top together: a rectangle; else size or aspect with gravity
  std::optional<Length> top;
  std::optional<Length> width;
  std::optional<Length> height;
  std::optional<Aspect> aspect;
  Gravities gravity;
  double zoom = 1;
  bool operator==(const Crop&) const = default;
};

struct Rotate {
  enum class Type { pivot, straighten };
  double angle = 0;
  Type type = Type::pivot;
  std::optional<Paint> background;  ///< absent: the rule's
  bool operator==(const Rotate&) const = default;
};

struct Flip {
  bool horizontal = false;
  bool vertical = false;
  bool operator==(const Flip&) const = default;
};

enum class FitType {
  clip,
  max,
  crop,
  min,
  fill,
  fillmax,
  clamp,
  mirror,
  blurfill,
  scale,
  outside,
  automatic,
  adaptive,
  smartpad
};

struct Fit {
  FitType type = FitType::clip;
  Gravities gravity;
  std::optional<Paint> background;
  Location location = Location::center;
  double sigma = 40;  ///< blurfill
  double keep = 0.9;  ///< smartpad: the least share of what draws the eye that a crop must leave
  bool operator==(const Fit&) const = default;
};

enum class Kernel { nearest, linear, cubic, mitchell, lanczos2, lanczos3 };

struct Resize {
  std::optional<Length> width;
  std::optional<Length> height;
  std::optional<double> longest;
  std::optional<double> shortest;
  std::optional<double> megapixels;
  std::optional<Aspect> aspect;
  Fit fit;
  std::optional<double> min_width;
  std::optional<double> min_height;
  std::optional<double> max_width;
  std::optional<double> max_height;
  std::optional<bool> enlarge;
  Kernel kernel = Kernel::lanczos3;
  bool linear = false;
  double zoom = 1;
  bool operator==(const Resize&) const = default;
};

struct CropResize {
  Length width;
  Length height;
  Gravities gravity;
  bool operator==(const CropResize&) const = default;
};

struct Extend {
  enum class Mode { background, copy, repeat, mirror, blur };
  Length top;
  Length right;
  Length bottom;
  Length left;
  std::optional<Length> width;  ///< or a canvas: width and height, or aspect, placed at `location`
  std::optional<Length> height;
  std::optional<Aspect> aspect;
  Location location = Location::center;
  Mode mode = Mode::background;
  std::optional<Paint> background;
  bool operator==(const Extend&) const = default;
};

/// Percentiles that become black and white.
struct Normalize {
  double lower = 1;
  double upper = 99;
  bool operator==(const Normalize&) const = default;
};

struct Adjust {
  double brightness = 0;
  double contrast = 0;
  double saturation = 0;
  double hue = 0;
  double gamma = 1;
  std::optional<Normalize> normalize;
  bool invert = false;
  bool operator==(const Adjust&) const = default;
};

struct Tone {
  enum class Kind { grayscale, sepia, tint, threshold };
  Kind kind = Kind::grayscale;
  double amount = 1;  ///< sepia: percent; tint: 0..1; threshold: 0..255
  Colour colour{};    ///< tint
  bool operator==(const Tone&) const = default;
};

/// The blur grows along `angle` from nothing at `start` to all at `stop` (0..1 of the picture).
struct Progressive {
  double angle = 0;
  double start = 0;
  double stop = 1;
  bool operator==(const Progressive&) const = default;
};

struct Blur {
  double sigma = 3;
  std::optional<Progressive> progressive;
  bool operator==(const Blur&) const = default;
};

struct Sharpen {
  double sigma = 0.5;
  double flat = 0;
  double jagged = 3;
  double threshold = 2;
  double max_bright = 10;
  double max_dark = 20;
  bool automatic = false;  ///< only when downscaled by more than 1.5
  bool operator==(const Sharpen&) const = default;
};

struct Mask {
  enum class Shape { ellipse, circle, rounded };
  Shape shape = Shape::ellipse;
  Paint background{.colour = kTransparent};
  bool trim = false;
  bool operator==(const Mask&) const = default;
};

struct Round {
  std::array<Length, 4> radius;  ///< top left, top right, bottom right, bottom left
  bool is_max = false;           ///< half of the shorter side
  Paint background{.colour = kTransparent};
  bool operator==(const Round&) const = default;
};

struct Border {
  enum class Mode { outside, inside };
  std::array<double, 4> width{1, 1, 1, 1};  ///< px: top, right, bottom, left
  Colour colour{};
  Mode mode = Mode::outside;
  bool operator==(const Border&) const = default;
};

struct Actions {
  std::optional<BlurAreas> blur_areas;
  std::vector<PixelateArea> pixelate_areas;
  std::optional<Redact> redact;
  std::optional<Trim> trim;
  std::optional<Crop> crop;
  std::optional<Rotate> rotate;
  std::optional<Flip> flip;
  std::optional<Resize> resize;
  std::optional<CropResize> crop_resize;
  std::optional<Extend> extend;
  std::optional<Adjust> adjust;
  std::optional<Tone> tone;
  std::optional<Blur> blur;
  std::optional<int> pixelate;  ///< cell side, px
  std::optional<int> median;    ///< window side, px
  std::optional<Sharpen> sharpen;
  std::optional<Mask> mask;
  std::optional<Round> round;
  std::optional<Border> border;
  bool operator==(const Actions&) const = default;
};

// ---- watermark ----

enum class Blend {
  normal,
  multiply,
  screen,
  overlay,
  darken,
  lighten,
  color_dodge,
  color_burn,
  hard_light,
  soft_light,
  difference,
  exclusion,
  add
};

struct Shadow {
  double sigma = 3;
  double opacity = 50;
  Colour colour{};
  bool operator==(const Shadow&) const = default;
};

/// Where and how something is laid over the picture.
struct Laying {
  Placing::Pattern pattern = Placing::Pattern::single;
  Location location = Location::southeast;
  Length margin_x;
  Length margin_y;
  double opacity = 100;
  double rotate = 0;
  Blend blend = Blend::normal;
  Length spacing{.value = 10, .unit = Length::Unit::percent};
  std::optional<Shadow> shadow;
  int if_min_width = 0;
  int if_min_height = 0;
  bool operator==(const Laying&) const = default;
};

struct Watermark {
  enum class Of { width, height, longer, shorter };
  enum class OnMissing { fail, skip };
  std::string id;  ///< UUID or alias of a watermark of the domain; empty: the domain's default one
  Laying laying;
  std::optional<Length> dimension;
  Of of = Of::width;
  std::optional<Length> width;
  std::optional<Length> height;
  OnMissing on_missing = OnMissing::fail;
  bool operator==(const Watermark&) const = default;
};

// ---- overlays: what is drawn after the watermarks ----

struct Rect {
  Laying laying;
  std::optional<Length> width;  ///< absent: the result's
  std::optional<Length> height;
  Colour colour{};
  Length radius;  ///< percent: of its shorter side
  bool operator==(const Rect&) const = default;
};

/// All `from` up to `start` along `angle`, all `colour` from `stop` on (0..1 of its box).
struct Gradient {
  Laying laying;
  std::optional<Length> width;  ///< absent: the result's
  std::optional<Length> height;
  Colour from = kTransparent;
  Colour colour{};
  double angle = 0;
  double start = 0;
  double stop = 1;
  bool operator==(const Gradient&) const = default;
};

struct Outline {
  double width = 1;
  Colour colour{};
  bool operator==(const Outline&) const = default;
};

struct Text {
  enum class Font { sans, sans_bold, serif, serif_bold, mono, mono_bold };
  enum class Align { left, center, right };
  enum class Wrap { word, character, none };
  enum class Direction { automatic, ltr, rtl };
  Laying laying;
  std::string text;
  Font font = Font::sans_bold;
  Length size{.value = 24};
  Colour colour{};
  std::optional<Colour> background;
  Length padding;
  std::optional<Length> width;  ///< of its box; absent: as wide as it needs
  Align align = Align::left;
  Wrap wrap = Wrap::word;
  double line_spacing = 0;  ///< percent of the size
  std::optional<Outline> outline;
  int max_lines = 5;
  bool has_ellipsis = true;
  Direction direction = Direction::automatic;
  bool operator==(const Text&) const = default;
};

/// A picture of the domain, laid on as the watermark of that number of Rule::watermarks.
struct Picture {
  std::size_t mark = 0;
  bool operator==(const Picture&) const = default;
};

using Overlay = std::variant<Rect, Gradient, Text, Picture>;

// ---- output ----

enum class FailOn { none, truncated, error, warning };

struct Source {
  enum class Frame { number, best, middle };
  int page = 1;
  int density = 72;                 ///< of a document: pixels an inch
  std::optional<int> frame_number;  ///< 1 is the first
  std::optional<Frame> frame;       ///< set with frame_number for `number`
  FailOn fail_on = FailOn::truncated;
  bool operator==(const Source&) const = default;
};

/// `origin`, one format, or the first of a list that the client accepts.
struct Format {
  enum class Kind { origin, fixed, negotiated };
  Kind kind = Kind::origin;
  std::vector<ImageFormat> preferred;   ///< one for fixed; best first for negotiated
  bool is_auto = false;                 ///< `auto`: as negotiated, and alpha and animation are kept
  std::optional<ImageFormat> fallback;  ///< auto: jpg or png; absent: by alpha
  enum class Lossless { automatic, never, always };
  Lossless lossless = Lossless::automatic;
  bool operator==(const Format&) const = default;
};

/// `auto`: the least quality at which the picture is still as like what it was as `target` says.
struct MeasuredQuality {
  double target = 0.97;  ///< structural similarity (SSIM) of the luma, 1 for the same
  int min = 40;
  int max = 90;
  bool operator==(const MeasuredQuality&) const = default;
};

/// Percent for each lossy output format, defaults and the spread between formats applied.
struct Quality {
  int jpg = 80;
  int webp = 79;
  int avif = 63;
  int tiff = 80;
  std::optional<MeasuredQuality> measured;  ///< where a number is not given for the format itself
  bool measures_jpg = false;
  bool measures_webp = false;
  bool measures_avif = false;
  bool operator==(const Quality&) const = default;
};

struct Encoder {
  enum class Chroma { automatic, c420, c422, c444 };
  bool progressive = false;
  int effort = 4;
  bool lossless = false;
  std::optional<int> near_lossless;
  Chroma chroma = Chroma::automatic;
  bool interlace = false;
  int compression = 3;
  std::optional<int> palette;  ///< number of colours
  double dither = 1;
  std::optional<int> bit_depth;
  std::optional<double> dpi;
  std::optional<int> max_bytes;  ///< of the whole file
  bool shrink = false;           ///< where quality alone does not reach max_bytes, the size goes down too
  bool operator==(const Encoder&) const = default;
};

struct Animation {
  enum class Keep { automatic, always, never };
  enum class Still { first, best, middle };
  enum class Over { reject, truncate, still };
  Keep keep = Keep::automatic;
  int max_frames = 300;
  int every = 1;
  double speed = 1;
  std::optional<int> loop;  ///< absent: the original's
  bool reverse = false;
  Still still = Still::first;
  Over over = Over::still;
  bool operator==(const Animation&) const = default;
};

struct Metadata {
  bool strip = true;
  bool keep_copyright = true;
  bool keep_credit = false;
  bool keep_date = false;
  bool keep_camera = false;
  bool keep_gps = false;
  bool keep_iptc = false;
  bool keep_xmp = false;
  bool keep_orientation = false;
  std::string set_copyright;
  std::string set_credit;
  std::string set_source;
  enum class Profile { srgb, p3, keep };
  Profile profile = Profile::srgb;
  enum class Embed { automatic, always, never };
  Embed embed = Embed::automatic;
  bool operator==(const Metadata&) const = default;
};

/// Of `then`: what is done to the pixels that the stage before made.
struct Stage {
  Actions actions;
  std::size_t watermarks = 0;  ///< how many of the rule's are laid on in this stage, those of overlays not counted
  std::vector<Overlay> overlays;
  Paint background{.colour = kWhite};
  bool operator==(const Stage&) const = default;
};

}  // namespace calotype::rule

namespace calotype {

struct Rule {
  rule::Source source;
  rule::Actions actions;
  std::vector<rule::Watermark> watermarks;  ///< of all stages, in the order in which they are laid on; then overlays'
  std::vector<rule::Overlay> overlays;
  std::vector<rule::Stage> then;
  rule::Format format;
  rule::Quality quality;
  rule::Encoder encoder;
  Paint background{.colour = kWhite};
  double dpr = 1;
  bool enlarge = false;
  bool auto_rotate = true;
  rule::Animation animation;
  rule::Metadata metadata;
  bool operator==(const Rule&) const = default;

  /// Whether any overlay is a text.
  bool has_text() const {
    const auto is_in = [](const std::vector<rule::Overlay>& list) {
      return std::any_of(list.begin(), list.end(),
                         [](const auto& one) { return std::holds_alternative<rule::Text>(one); });
    };
    return is_in(overlays) ||
           std::any_of(then.begin(), then.end(), [&](const auto& one) { return is_in(one.overlays); });
  }

  /// How many of the watermarks are those of overlays, and stand behind the others.
  std::size_t pictures() const {
    const auto count = [](const std::vector<rule::Overlay>& list) {
      return std::count_if(list.begin(), list.end(),
                           [](const auto& one) { return std::holds_alternative<rule::Picture>(one); });
    };
    auto all = count(overlays);
    for (const auto& stage : then) all += count(stage.overlays);
    return static_cast<std::size_t>(all);
  }

  /// How many of the watermarks belong to the first stage.
  std::size_t first_watermarks() const {
    std::size_t count = watermarks.size() - pictures();
    for (const auto& stage : then) count -= stage.watermarks;
    return count;
  }
};

}  // namespace calotype
