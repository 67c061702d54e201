#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/colour.h"
#include "model/geometry.h"
#include "model/image_info.h"
#include "model/rule.h"

/// The numbers of one rendering: what transform::make_plan decides and what the worker does, step by step. Nothing in
/// it is relative any more: no percent, no default, no dpr. Units are pixels of the picture as it is when the step
/// starts.
namespace calotype::plan {

/// Which frames or pages are read: first, first + every, first + 2 * every, ... `count` of them.
struct Frames {
  int first = 0;  ///< 0-based
  int count = 1;  ///< how many are read (and shown), not how many are stepped over
  int every = 1;  ///< a shown frame lasts as long as the `every` frames that it stands for
  bool is_reversed = false;
  bool is_best = false;  ///< one frame: the engine takes the one with the most detail of the first `count`
  bool operator==(const Frames&) const = default;
};

struct Decode {
  ImageInfo info;  ///< what the probe said: the worker refuses a file that turns out otherwise
  Frames frames;
  rule::FailOn fail_on = rule::FailOn::truncated;
  int density = 72;  ///< of a document: pixels an inch
  bool operator==(const Decode&) const = default;
};

/// Makes EXIF orientation 2..8 upright.
struct Orient {
  int orientation = 1;
  bool operator==(const Orient&) const = default;
};

/// Makes what is inside the box unrecognisable.
struct CoverArea {
  enum class Mode { blur, pixelate, fill };
  Box box;
  Mode mode = Mode::fill;
  bool is_ellipse = false;
  double sigma = 0;    ///< blur
  double feather = 0;  ///< blur: width of the soft edge
  int cell = 0;        ///< pixelate
  Colour colour{};     ///< fill
  bool operator==(const CoverArea&) const = default;
};

/// Last step of a measuring plan: reports the box that is left once a uniform border is cut (Measured).
struct FindTrim {
  double threshold = 10;
  std::optional<Colour> colour;
  bool alpha = true;
  bool operator==(const FindTrim&) const = default;
};

struct Crop {
  Box box;
  bool operator==(const Crop&) const = default;
};

/// Keeps the part of the given size that draws the eye, or has the most detail; of an animation: in its first frame.
struct SmartCrop {
  enum class By { attention, entropy };
  Size size;
  By by = By::attention;
  Point shift;  ///< moves the box that was found; it is then pushed back inside the picture
  bool operator==(const SmartCrop&) const = default;
};

/// Cuts a picture that covers `size` to it, where that leaves at least `keep` of what draws the eye. Otherwise shows
/// all of it: scaled to `inside` and placed at `at` on a canvas of `size`. Of an animation: as its first frame wants.
struct SmartPad {
  Size size;
  double keep = 0.9;
  std::optional<SmartCrop::By> by;  ///< says where it is cut; otherwise it is cut at `cut`
  Point cut;                        ///< top left of what is kept
  Point shift;                      ///< as SmartCrop::shift; with `by` only
  Size inside;
  Point at;
  Paint background;
  rule::Kernel kernel = rule::Kernel::lanczos3;
  bool is_linear = false;
  bool operator==(const SmartPad&) const = default;
};

/// Clockwise by a multiple of 90 degrees.
struct QuarterTurns {
  int turns = 0;  ///< 1..3
  bool operator==(const QuarterTurns&) const = default;
};

/// Clockwise about the centre by any angle; what was outside is `background`.
struct Turn {
  double degrees = 0;
  Size canvas;
  Paint background;
  bool operator==(const Turn&) const = default;
};

struct Flip {
  bool horizontal = false;
  bool vertical = false;
  bool operator==(const Flip&) const = default;
};

/// Exactly to this size.
struct Resize {
  Size size;
  rule::Kernel kernel = rule::Kernel::lanczos3;
  bool is_linear = false;
  bool operator==(const Resize&) const = default;
};

/// Places the picture on a canvas with its top left at `at` (which may be negative: it is cut) and fills the rest.
struct Extend {
  Size canvas;
  Point at;
  rule::Extend::Mode mode = rule::Extend::Mode::background;
  Paint background;
  double sigma = 40;  ///< blur: of the cover copy behind the picture
  bool operator==(const Extend&) const = default;
};

struct Adjust {
  rule::Adjust values;
  bool operator==(const Adjust&) const = default;
};

struct Tone {
  rule::Tone values;
  bool operator==(const Tone&) const = default;
};

struct Blur {
  rule::Blur values;
  bool operator==(const Blur&) const = default;
};

struct Pixelate {
  int cell = 10;
  bool operator==(const Pixelate&) const = default;
};

struct Median {
  int window = 3;
  bool operator==(const Median&) const = default;
};

struct Sharpen {
  rule::Sharpen values;
  bool operator==(const Sharpen&) const = default;
};

/// Keeps what is inside a shape; the rest is `background`. An ellipse that fills the box, or a box with rounded
/// corners.
struct Mask {
  bool is_ellipse = false;
  Box box;
  std::array<double, 4> radii{};  ///< top left, top right, bottom right, bottom left
  Paint background;
  bool operator==(const Mask&) const = default;
};

/// A frame. Outside: the picture grows by the widths. The outer corners follow `radii` of a mask before it.
struct Border {
  std::array<int, 4> widths{};  ///< top, right, bottom, left
  Colour colour{};
  bool is_outside = true;
  std::array<double, 4> radii{};
  bool is_ellipse = false;
  bool operator==(const Border&) const = default;
};

/// Draws mark number `mark` (of RenderJob::marks, which counts as Rule::watermarks does, missing ones included) at
/// `size`, then turned, at every one of `positions` (top left of the turned mark's bounding box; may be partly
/// outside).
struct Watermark {
  int mark = 0;
  Size size;
  double degrees = 0;
  std::vector<Point> positions;
  double opacity = 100;
  rule::Blend blend = rule::Blend::normal;
  std::optional<rule::Shadow> shadow;
  bool operator==(const Watermark&) const = default;
};

/// How an overlay is laid on once it is drawn.
struct Laying {
  Placing placing;  ///< of the turned bounding box
  double degrees = 0;
  double opacity = 100;
  rule::Blend blend = rule::Blend::normal;
  std::optional<rule::Shadow> shadow;
  bool operator==(const Laying&) const = default;
};

struct Rect {
  Size size;
  Colour colour{};
  double radius = 0;
  Laying laying;
  bool operator==(const Rect&) const = default;
};

struct Gradient {
  Size size;
  Colour from{};
  Colour colour{};
  double angle = 0;
  double start = 0;
  double stop = 1;
  Laying laying;
  bool operator==(const Gradient&) const = default;
};

/// Written in a box that is as large as the text needs: at most `most`, and of exactly `width` where that is fixed.
/// What does not fit is cut.
struct Text {
  std::string text;
  rule::Text::Font font = rule::Text::Font::sans_bold;
  double size = 24;
  Colour colour{};
  std::optional<Colour> background;
  int padding = 0;
  std::optional<rule::Outline> outline;
  rule::Text::Align align = rule::Text::Align::left;
  rule::Text::Wrap wrap = rule::Text::Wrap::word;
  rule::Text::Direction direction = rule::Text::Direction::automatic;
  double line_spacing = 0;
  int max_lines = 1;
  bool has_ellipsis = true;
  int width = 1;  ///< of the box at most, padding and outline included
  bool is_width_fixed = false;
  Size most;
  Laying laying;
  bool operator==(const Text&) const = default;
};

using Step =
    std::variant<Orient, CoverArea, FindTrim, Crop, SmartCrop, SmartPad, QuarterTurns, Turn, Flip, Resize, Extend,
                 Adjust, Tone, Blur, Pixelate, Median, Sharpen, Mask, Border, Watermark, Rect, Gradient, Text>;

/// 8-bit pictures of up to so many pixels are held whole while they are scaled; others are read in strips.
inline constexpr std::int64_t kHeldPixels = 16'000'000;

struct Output {
  ImageFormat format = ImageFormat::jpg;
  int quality = 80;
  std::optional<rule::MeasuredQuality> measured;  ///< then `quality` is where the search begins
  rule::Encoder encoder;
  rule::Metadata metadata;
  Paint background{.colour = kWhite};  ///< flattens alpha where the format has none
  bool is_animated = false;
  int loop = 0;
  double speed = 1;
  bool operator==(const Output&) const = default;
};

/// What a job may use, known from the header and the plan before anything is decoded.
struct Budget {
  std::int64_t memory_bytes = 0;
  std::int64_t pixels = 0;  ///< decoded, times frames
  std::int64_t cost = 0;    ///< processor time, roughly, in microseconds: what fair queues charge
  bool is_heavy = false;    ///< belongs in the heavy lane: animation, interlaced, AVIF, very large
  bool operator==(const Budget&) const = default;
};

}  // namespace calotype::plan

namespace calotype {

struct Plan {
  plan::Decode decode;
  std::vector<plan::Step> steps;
  plan::Output output;
  Size result;  ///< of one frame; {0,0} for a measuring plan
  plan::Budget budget;
  bool operator==(const Plan&) const = default;

  /// Ends in FindTrim: it is run for its Measured, and then the real plan is made.
  bool is_measuring() const { return !steps.empty() && std::holds_alternative<plan::FindTrim>(steps.back()); }
};

}  // namespace calotype
