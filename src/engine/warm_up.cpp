#include <malloc.h>
#include <time.h>

#include <array>
#include <cstdlib>

#include "engine/decode.h"
#include "engine/encode.h"
#include "engine/engine.h"
#include "engine/fonts.h"
#include "engine/picture.h"

namespace calotype::engine {
namespace {

constexpr Size kTiny{.width = 24, .height = 16};

/// One page of 24x16 points with a rectangle, and text in a font that is not embedded: finding one reads what the
/// system has of fonts.
constexpr std::string_view kTinyDocument =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 24 16]/Contents 4 0 R"
    "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    "4 0 obj<</Length 60>>stream\n"
    "1 0 0 rg 2 2 8 8 re f BT /F 8 Tf 10 4 Td (Ag) Tj ET         \n"
    "endstream endobj\n"
    "trailer<</Root 1 0 R>>\n";

/// Only what decode.cpp names; a saver or loader of another type is never reached, whatever libvips was built with.
void block_everything_else(Intake intake) {
  constexpr std::array kUsed{"VipsForeignLoadJpegBuffer",  "VipsForeignLoadPngBuffer",  "VipsForeignLoadWebpBuffer",
                             "VipsForeignLoadNsgifBuffer", "VipsForeignLoadTiffBuffer", "VipsForeignLoadHeifBuffer"};
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* name : kUsed) vips_operation_block_set(name, FALSE);
  if (intake == Intake::documents) vips_operation_block_set("VipsForeignLoadPdfBuffer", FALSE);
}

/// What a decoder has to say about a picture is told by the job's result, or not at all. GLib's own way to say it asks
/// what the error output is, and the sandbox lets nobody ask.
GLogWriterOutput stay_silent(GLogLevelFlags /*level*/, const GLogField* /*fields*/, gsize /*count*/, void* /*data*/) {
  return G_LOG_WRITER_HANDLED;
}

void start_libvips(Intake intake) {
  // Memory, never a temporary file; and one arena, because glibc opens a file when it shrinks another one.
  setenv("VIPS_DISC_THRESHOLD", "64g", 1);
  // Compiling filters at run time needs executable memory, which the sandbox refuses.
  setenv("VIPS_NOVECTOR", "1", 1);
  mallopt(M_ARENA_MAX, 1);
  tzset();
  if (vips_init("calotype-worker") != 0) throw Error(Fault::internal, "start libvips: " + take_vips_error());
  static const bool is_silent = [] {
    g_log_set_writer_func(stay_silent, nullptr, nullptr);  // once in a process
    return true;
  }();
  static_cast<void>(is_silent);
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  block_everything_else(intake);
}

VImage tiny_picture(bool has_alpha) {
  const VImage x = VImage::xyz(kTiny.width, kTiny.height);
  const VImage colours = x.linear(std::vector<double>{10, 15}, std::vector<double>{0, 0}).bandjoin_const({90});
  const VImage image = has_alpha ? colours.bandjoin_const({180}) : colours;
  return in_memory(
      image.cast(VIPS_FORMAT_UCHAR).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB)));
}

Plan plan_for(ImageFormat from, ImageFormat to) {
  Plan plan;
  plan.decode.info = {.format = from, .size = kTiny, .has_alpha = keeps_alpha(from)};
  plan.steps = {plan::Resize{.size = {.width = 12, .height = 8}}};
  plan.output.format = to;
  plan.output.metadata.profile = rule::Metadata::Profile::p3;
  return plan;
}

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

/// The short way (planar_path.h), to the end and into further steps.
void run_planes() {
  const std::string file = encode({.frames = {tiny_picture(false)}}, {.format = ImageFormat::jpg}, {});
  for (const ImageFormat format : {ImageFormat::jpg, ImageFormat::webp, ImageFormat::png}) {
    Plan plan = plan_for(ImageFormat::jpg, format);
    plan.output.metadata.profile = rule::Metadata::Profile::srgb;
    render(plan, Input{.original = bytes_of(file), .marks = {}, .mark_infos = {}});
  }
}

void run_a_document() {
  const auto bytes = std::as_bytes(std::span(kTinyDocument));
  Plan plan = plan_for(ImageFormat::pdf, ImageFormat::png);
  plan.decode.info = look_at_page(plan.decode, bytes);
  render(plan, Input{.original = bytes, .marks = {}, .mark_infos = {}});
}

/// Every step once.
std::vector<plan::Step> every_step() {
  const rule::Tone sepia{.kind = rule::Tone::Kind::sepia, .amount = 50};
  const rule::Tone tint{.kind = rule::Tone::Kind::tint, .colour = {.red = 200}};
  rule::Adjust adjust{.brightness = 5, .contrast = 5, .saturation = 5, .hue = 5, .gamma = 1.1};
  adjust.normalize = rule::Normalize{};
  rule::Sharpen sharpen;
  plan::Watermark mark{
      .size = {.width = 8, .height = 8}, .degrees = 30, .positions = {{.x = 1, .y = 1}}, .opacity = 70};
  mark.shadow = rule::Shadow{};
  // Of every way of writing that has tables of its own, in the fonts and in the libraries. What is Thai is broken by a
  // dictionary.
  const plan::Text text{.text = "Ag é Я ب א 写 한 ภาษาไทย हि \U0001F600",
                        .size = 6,
                        .outline = rule::Outline{},
                        .max_lines = 20,
                        .width = 24,
                        .most = {.width = 24, .height = 200}};
  const Box part{.left = 2, .top = 2, .width = 8, .height = 8};
  return {plan::CoverArea{.box = part, .mode = plan::CoverArea::Mode::blur, .is_ellipse = true, .sigma = 3},
          plan::CoverArea{.box = part, .mode = plan::CoverArea::Mode::pixelate, .cell = 4},
          plan::CoverArea{.box = part},
          plan::Crop{.box = {.width = 22, .height = 14}},
          plan::SmartCrop{.size = {.width = 20, .height = 12}},
          plan::SmartCrop{.size = {.width = 18, .height = 12}, .by = plan::SmartCrop::By::entropy},
          plan::SmartPad{.size = {.width = 18, .height = 10},
                         .keep = 1,
                         .by = plan::SmartCrop::By::attention,
                         .inside = {.width = 16, .height = 10},
                         .at = {.x = 1, .y = 0}},
          plan::Turn{.degrees = 20, .canvas = {.width = 20, .height = 18}},
          plan::Resize{.size = {.width = 40, .height = 30}},
          plan::Resize{.size = {.width = 20, .height = 15}, .is_linear = true},
          plan::Extend{.canvas = {.width = 24, .height = 24}, .at = {.x = 2, .y = 2}, .mode = rule::Extend::Mode::blur},
          plan::Adjust{.values = adjust},
          plan::Tone{.values = sepia},
          plan::Tone{.values = tint},
          plan::Tone{},
          plan::Blur{.values = {.sigma = 12, .progressive = rule::Progressive{}}},
          plan::Median{},
          plan::Sharpen{.values = sharpen},
          plan::Pixelate{.cell = 3},
          plan::Mask{.is_ellipse = true, .box = {.width = 24, .height = 24}, .background = {.colour = kTransparent}},
          plan::Border{.widths = {1, 1, 1, 1}, .is_ellipse = true},
          mark,
          plan::Rect{.size = {.width = 9, .height = 7}, .radius = 2},
          plan::Gradient{.size = {.width = 9, .height = 7}, .from = kTransparent, .laying = {.degrees = 30}},
          text};
}

void run_every_codec() {
  constexpr std::array kWritten{ImageFormat::jpg,  ImageFormat::png, ImageFormat::webp,
                                ImageFormat::avif, ImageFormat::gif, ImageFormat::tiff};
  for (const ImageFormat format : kWritten) {
    plan::Output output{.format = format};
    const std::string file = encode({.frames = {tiny_picture(keeps_alpha(format))}}, output, {});
    const Input input{.original = bytes_of(file)};
    render(plan_for(format, ImageFormat::jpg), input);
  }
}

void run_every_telling() {
  const std::string file = encode({.frames = {tiny_picture(true)}}, {.format = ImageFormat::png}, {});
  for (const ImageFormat format : kInfoFormats) {
    render(plan_for(ImageFormat::png, format), Input{.original = bytes_of(file), .marks = {}, .mark_infos = {}});
  }
}

/// What is decoded again to choose a quality.
void run_measured() {
  const std::string file = encode({.frames = {tiny_picture(false)}}, {.format = ImageFormat::png}, {});
  for (const ImageFormat format : {ImageFormat::jpg, ImageFormat::webp, ImageFormat::avif}) {
    Plan plan = plan_for(ImageFormat::png, format);
    plan.output.measured = rule::MeasuredQuality{};
    render(plan, Input{.original = bytes_of(file), .marks = {}, .mark_infos = {}});
  }
}

void run_every_step() {
  const std::string file = encode({.frames = {tiny_picture(true)}}, {.format = ImageFormat::png}, {});
  Plan plan = plan_for(ImageFormat::png, ImageFormat::webp);
  plan.steps = every_step();
  const Input input{.original = bytes_of(file), .marks = {bytes_of(file)}, .mark_infos = {plan.decode.info}};
  render(plan, input);
}

}  // namespace

void warm_up(Intake intake) {
  start_libvips(intake);
  if (intake == Intake::pictures) use_bundled_fonts_alone();
  try {
    run_every_codec();
    run_every_step();
    run_planes();
    run_every_telling();
    run_measured();
    if (intake == Intake::documents) run_a_document();
  } catch (const vips::VError&) {
    throw Error(Fault::internal, "warm up: " + take_vips_error());
  }
  // Every codec has had its memory once. What it gave back is the system's until a job needs it.
  ::malloc_trim(0);
}

}  // namespace calotype::engine
