#include <gtest/gtest.h>
#include <sys/resource.h>

#include "engine/samples.h"

namespace calotype::engine {
namespace {

using namespace samples;

/// While it lives, nothing can be opened.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreFiles() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(WarmUp, LeavesNothingToBeOpened) {
  const auto picture = drawn::landscape({.width = 80, .height = 60});
  using enum ImageFormat;
  const std::vector<ImageFormat> formats{jpg, png, webp, avif, gif, tiff};
  std::vector<std::string> files;
  for (const auto format : formats) files.push_back(file_of(picture, format));

  const NoMoreFiles sealed;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    for (const auto to : formats) {
      Plan plan = plan_of(info_of(formats[i], picture.size),
                          {plan::Resize{.size = {.width = 40, .height = 30}}, plan::Blur{.values = {.sigma = 12}}});
      plan.output.format = to;
      plan.output.metadata.profile = rule::Metadata::Profile::p3;
      EXPECT_EQ(render(plan, input_of(files[i])).size, (Size{.width = 40, .height = 30}));
    }
  }
}

TEST(WarmUp, LeavesNoFontToBeOpened) {
  const std::string file = file_of(drawn::landscape({.width = 80, .height = 60}), ImageFormat::png);
  using Font = rule::Text::Font;

  const NoMoreFiles sealed;
  for (const auto font : {Font::sans, Font::sans_bold, Font::serif, Font::serif_bold, Font::mono, Font::mono_bold}) {
    for (const double size : {1.0, 9.5, 24.0, 300.0, 2560.0}) {
      for (const char* words : {"Ag", "Я ב א", "写真 한국", "ภาษาไทย หลายคำ", "हिन्दी \U0001F600"}) {
        const plan::Text text{
            .text = words, .font = font, .size = size, .width = 80, .most = {.width = 80, .height = 60}};
        EXPECT_NO_THROW(rendered(file, plan_of(info_of(ImageFormat::png, {.width = 80, .height = 60}), {text})));
      }
    }
  }
}

TEST(WarmUp, MayBeRepeated) { EXPECT_NO_THROW(warm_up()); }

TEST(WarmUp, BlocksLoadersThatTheEngineDoesNotName) {
  const std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>";
  VipsBlob* blob = vips_blob_new(nullptr, svg.data(), svg.size());

  EXPECT_THROW(VImage::svgload_buffer(blob), vips::VError);
  EXPECT_THROW(VImage::new_from_file("/dev/null"), vips::VError);

  vips_area_unref(reinterpret_cast<VipsArea*>(blob));
  take_vips_error();
}

}  // namespace
}  // namespace calotype::engine
