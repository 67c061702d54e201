// The encoders as the engine sets them: what one picture costs in time and bytes, and how much of it is left. See
// bench/encoders.py for what it is told.
#include <charconv>
#include <chrono>
#include <iostream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <vips/vips8>

#include "engine/encode.h"
#include "engine/planar_path.h"
#include "engine/workbench.h"
#include "golden/reference.h"
#include "probe/probe.h"

namespace calotype::engine {
namespace {

using reference::Field;

/// A rendition's pixels before they are encoded, as they would come to each encoder.
struct Subject {
  std::string file;  ///< a JPEG without subsampling, nearly without loss
  VImage picture;
  Field field{Size{}};
};

Field field_of(const VImage& image) {
  const VImage rgb = image.bands() > 3   ? image.extract_band(0, VImage::option()->set("n", 3))
                     : image.bands() < 3 ? VImage::bandjoin({image, image, image})
                                         : image;
  std::size_t size = 0;
  auto* pixels = static_cast<std::uint8_t*>(rgb.write_to_memory(&size));
  auto field = reference::field_of(pixels, size_of(rgb));
  g_free(pixels);
  return field;
}

const Subject& subject(const std::string& path, int width) {
  static std::map<std::pair<std::string, int>, Subject> known;
  auto& one = known[{path, width}];
  if (!one.file.empty()) return one;
  const VImage small = VImage::thumbnail(path.c_str(), width).colourspace(VIPS_INTERPRETATION_sRGB);
  const VImage opaque = small.has_alpha() ? small.flatten() : small;
  one.file = text_of(opaque.jpegsave_buffer(
      VImage::option()->set("Q", 98)->set("subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF)->set("strip", true)));
  one.picture = in_memory(VImage::new_from_buffer(one.file.data(), one.file.size(), ""));
  one.field = field_of(one.picture);
  return one;
}

int value_of(const std::string& settings, std::string_view name, int otherwise) {
  const auto at = settings.find(name);
  if (at == std::string::npos) return otherwise;
  int value = otherwise;
  const char* text = settings.data() + at + name.size() + 1;
  std::from_chars(text, settings.data() + settings.size(), value);
  return value;
}

plan::Output output_of(const std::string& format, const std::string& settings, int quality) {
  plan::Output output{.format = format_named(format).value(), .quality = quality};
  output.metadata.profile = rule::Metadata::Profile::srgb;
  output.encoder.effort = value_of(settings, "effort", output.encoder.effort);
  output.encoder.compression = value_of(settings, "compression", output.encoder.compression);
  output.encoder.progressive = value_of(settings, "progressive", 0) != 0;
  return output;
}

/// As the engine does it: planes where the format is made from planes.
class Encoding {
 public:
  Encoding(const Subject& of, const plan::Output& output, bool is_standard)
      : subject_(of), output_(output), is_standard_(is_standard) {
    if (is_standard || (output.format != ImageFormat::jpg && output.format != ImageFormat::webp)) return;
    const auto bytes = std::as_bytes(std::span(of.file));
    workbench().arena.reset();
    Plan plan{.decode = {.info = probe::probe(bytes)}, .output = output};
    planar_ = develop_planar(plan, {.original = bytes, .marks = {}, .mark_infos = {}});
    if (!planar_ || !planar_->is_finished) throw Error(Fault::internal, "bench: the picture did not come as planes");
    place_ = workbench().arena.place();
  }

  std::string run() const {
    if (is_standard_) {
      auto* options = VImage::option()->set("Q", output_.quality)->set("optimize_coding", false)->set("strip", true);
      return text_of(subject_.picture.jpegsave_buffer(options));
    }
    if (!planar_) return encode({.frames = {subject_.picture}}, output_, {});
    workbench().arena.rewind(place_);
    return encode(planar_->planes, output_, {});
  }

 private:
  const Subject& subject_;
  const plan::Output& output_;
  bool is_standard_;
  std::optional<PlanarPicture> planar_;
  planar::Arena::Place place_;
};

/// "PATH<TAB>WIDTH FORMAT SETTINGS QUALITY COUNT" gives "BYTES SSIM NANOSECONDS", the least of so many times.
void answer(const std::string& line) {
  std::istringstream words(line);
  std::string path;
  std::string format;
  std::string settings;
  int width = 0;
  int quality = 0;
  int count = 0;
  std::getline(words, path, '\t');
  words >> width >> format >> settings >> quality >> count;
  const auto& of = subject(path, width);
  const auto output = output_of(format, settings, quality);
  const Encoding encoding(of, output, settings == "standard");
  auto least = std::chrono::nanoseconds::max();
  std::string body;
  for (int i = 0; i < count; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    body = encoding.run();
    least = std::min(least, std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun));
  }
  const double ssim = reference::ssim(field_of(VImage::new_from_buffer(body.data(), body.size(), "")), of.field);
  std::cout << fmt::format("{} {:.6f} {}", body.size(), ssim, least.count()) << std::endl;
}

}  // namespace
}  // namespace calotype::engine

int main(int /*count*/, char** words) {
  if (VIPS_INIT(words[0]) != 0) return 1;
  vips_concurrency_set(1);
  std::string line;
  while (std::getline(std::cin, line)) calotype::engine::answer(line);
  return 0;
}
