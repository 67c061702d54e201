#include "engine/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <ostream>

#include "engine/exif.h"
#include "engine/steps.h"

namespace calotype {

void PrintTo(const Colour& colour, std::ostream* out) {
  *out << "colour " << int{colour.red} << ',' << int{colour.green} << ',' << int{colour.blue} << ','
       << int{colour.alpha};
}

void PrintTo(const Size& size, std::ostream* out) { *out << size.width << 'x' << size.height; }

void PrintTo(const Box& box, std::ostream* out) {
  *out << box.width << 'x' << box.height << " at " << box.left << ',' << box.top;
}

}  // namespace calotype

namespace calotype::engine::samples {
namespace {

class WarmEngine : public testing::Environment {
 public:
  void SetUp() override { warm_up(); }
};

[[maybe_unused]] const testing::Environment* const kWarmEngine = testing::AddGlobalTestEnvironment(new WarmEngine);

int inverse_of(int orientation) { return orientation == 6 ? 8 : orientation == 8 ? 6 : orientation; }

}  // namespace

VImage image_of(const drawn::Picture& picture, bool has_alpha) {
  const VImage rgba = from_pixels(picture.pixels.data(), picture.size, 4, VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  return has_alpha ? rgba : in_memory(colours_of(rgba));
}

drawn::Picture picture_of(const VImage& image) {
  const VImage rgb = image.bands() < 3 ? image.colourspace(VIPS_INTERPRETATION_sRGB) : image;
  const VImage rgba = in_memory(with_alpha(rgb).cast(VIPS_FORMAT_UCHAR));
  drawn::Picture picture(size_of(rgba));
  std::copy_n(static_cast<const std::uint8_t*>(rgba.data()), picture.pixels.size(), picture.pixels.begin());
  return picture;
}

std::string file_of(const drawn::Picture& picture, ImageFormat format, bool has_alpha) {
  plan::Output output{.format = format, .quality = 95};
  output.encoder.lossless = true;
  output.encoder.chroma = rule::Encoder::Chroma::c444;
  return encode({.frames = {image_of(picture, has_alpha)}}, output, {});
}

std::string animation_of(const std::vector<drawn::Picture>& frames, ImageFormat format, const std::vector<int>& delays,
                         int loop) {
  plan::Output output{.format = format, .is_animated = true, .loop = loop};
  output.encoder.lossless = true;
  output.encoder.dither = 0;
  Film film{.delays = delays};
  for (const auto& frame : frames) film.frames.push_back(image_of(frame));
  return encode(film, output, {});
}

std::string oriented_jpeg(const drawn::Picture& upright, int orientation) {
  plan::Output output{.format = ImageFormat::jpg, .quality = 100};
  output.encoder.chroma = rule::Encoder::Chroma::c444;
  const VImage stored = in_memory(orient(image_of(upright), inverse_of(orientation)));
  return encode({.frames = {stored}}, output, {.exif = exif::write({exif::orientation_entry(orientation)})});
}

ImageInfo info_of(ImageFormat format, Size size, bool has_alpha) {
  return {.format = format, .size = size, .has_alpha = has_alpha};
}

Plan plan_of(const ImageInfo& info, std::vector<plan::Step> steps) {
  Plan plan;
  plan.decode.info = info;
  plan.steps = std::move(steps);
  plan.output.format = ImageFormat::png;
  return plan;
}

Input input_of(const std::string& file) { return {.original = std::as_bytes(std::span(file))}; }

drawn::Picture rendered(const std::string& file, Plan plan) {
  plan.output.format = ImageFormat::png;
  const Rendered result = render(plan, input_of(file));
  return picture_of(decoded(result.body, ImageFormat::png));
}

drawn::Picture after(const drawn::Picture& picture, const plan::Step& step, bool has_alpha) {
  return rendered(file_of(picture, ImageFormat::png, has_alpha),
                  plan_of(info_of(ImageFormat::png, picture.size, has_alpha), {step}));
}

VImage decoded(const std::string& file, ImageFormat format, int pages) {
  const std::unique_ptr<VipsArea, void (*)(VipsArea*)> area(
      reinterpret_cast<VipsArea*>(vips_blob_new(nullptr, file.data(), file.size())), vips_area_unref);
  auto* blob = reinterpret_cast<VipsBlob*>(area.get());
  switch (format) {
    case ImageFormat::jpg: return in_memory(VImage::jpegload_buffer(blob));
    case ImageFormat::png: return in_memory(VImage::pngload_buffer(blob));
    case ImageFormat::webp: return in_memory(VImage::webpload_buffer(blob, VImage::option()->set("n", pages)));
    case ImageFormat::gif: return in_memory(VImage::gifload_buffer(blob, VImage::option()->set("n", pages)));
    case ImageFormat::tiff: return in_memory(VImage::tiffload_buffer(blob));
    case ImageFormat::avif:
    case ImageFormat::heic: return in_memory(VImage::heifload_buffer(blob));
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette:
    case ImageFormat::pdf: break;
  }
  std::abort();
}

int largest_difference(const drawn::Picture& a, const drawn::Picture& b) {
  if (a.size != b.size) return 256;
  int most = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    most = std::max(most, std::abs(int{a.pixels[i]} - int{b.pixels[i]}));
  return most;
}

double mean_difference(const drawn::Picture& a, const drawn::Picture& b) {
  if (a.size != b.size) return 256;
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  return sum / static_cast<double>(a.pixels.size());
}

bool is_near(Colour a, Colour b, int tolerance) {
  const auto near = [tolerance](int x, int y) { return std::abs(x - y) <= tolerance; };
  return near(a.red, b.red) && near(a.green, b.green) && near(a.blue, b.blue) && near(a.alpha, b.alpha);
}

}  // namespace calotype::engine::samples
