#include "probe/probe.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/error.h"
#include "probe/samples.h"

namespace calotype::probe {
namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;

constexpr Size kSmall{.width = 24, .height = 16};

std::span<const std::byte> bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

std::filesystem::path corpus() { return CALOTYPE_PROBE_CORPUS; }

std::string sample(const std::string& name) {
  std::ifstream file(corpus() / name, std::ios::binary);
  if (!file) throw std::runtime_error("no sample " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The error that probing these bytes throws; fails where it throws none.
Error refusal(const std::string& file) {
  try {
    (void)probe(bytes(file));
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "it was not refused";
  return {Fault::internal, ""};
}

// ---- real files, made by ImageMagick and libvips; what is expected is what libvips 8.14 says of them ----

struct Known {
  std::string file;
  ImageInfo info;
};

void PrintTo(const Known& known, std::ostream* out) { *out << known.file; }

class RealFile : public testing::TestWithParam<Known> {};

TEST_P(RealFile, IsReadAsLibvipsReadsIt) {
  const auto& [file, expected] = GetParam();

  const auto info = probe(bytes(sample(file)));

  EXPECT_EQ(info.format, expected.format);
  EXPECT_EQ(info.size, expected.size) << info.size.width << "x" << info.size.height;
  EXPECT_EQ(info.frames, expected.frames);
  EXPECT_EQ(info.is_animated, expected.is_animated);
  EXPECT_EQ(info.bit_depth, expected.bit_depth);
  EXPECT_EQ(info.colour_space, expected.colour_space);
  EXPECT_EQ(info.has_alpha, expected.has_alpha);
  EXPECT_EQ(info.is_interlaced, expected.is_interlaced);
  EXPECT_EQ(info.has_profile, expected.has_profile);
  EXPECT_EQ(info.orientation, expected.orientation);
  EXPECT_EQ(info.loop, expected.loop);
}

const Size kMiddle{.width = 64, .height = 48};
constexpr auto kGrey = ColourSpace::grey;
constexpr auto kCmyk = ColourSpace::cmyk;
using F = ImageFormat;

INSTANTIATE_TEST_SUITE_P(
    Probe, RealFile,
    testing::Values(Known{"baseline.jpg", {.format = F::jpg, .size = kSmall}},
                    Known{"progressive.jpg", {.format = F::jpg, .size = kSmall, .is_interlaced = true}},
                    Known{"grey.jpg", {.format = F::jpg, .size = kSmall, .colour_space = kGrey}},
                    Known{"cmyk.jpg", {.format = F::jpg, .size = kSmall, .colour_space = kCmyk}},
                    Known{"oriented.jpg", {.format = F::jpg, .size = kSmall, .orientation = 6}},
                    Known{"profile.jpg", {.format = F::jpg, .size = kSmall, .has_profile = true}},
                    Known{"rgb.png", {.format = F::png, .size = kSmall}},
                    Known{"deep.png", {.format = F::png, .size = kSmall, .bit_depth = 16}},
                    Known{"adam7.png", {.format = F::png, .size = kSmall, .is_interlaced = true}},
                    Known{"alpha.png", {.format = F::png, .size = kSmall, .has_alpha = true}},
                    Known{"palette.png", {.format = F::png, .size = kSmall}},
                    Known{"grey.png", {.format = F::png, .size = kSmall, .colour_space = kGrey}},
                    Known{"oriented.png", {.format = F::png, .size = kSmall, .orientation = 8}},
                    Known{"profile.png", {.format = F::png, .size = kSmall, .has_profile = true}},
                    Known{"still.gif", {.format = F::gif, .size = kSmall}},
                    Known{"forever.gif", {.format = F::gif, .size = kSmall, .frames = 3, .is_animated = true}},
                    Known{"loop3.gif", {.format = F::gif, .size = kSmall, .frames = 3, .is_animated = true, .loop = 3}},
                    Known{"transparent.gif", {.format = F::gif, .size = kSmall, .has_alpha = true}},
                    Known{"quirk.gif", {.format = F::gif, .size = {.width = 640, .height = 480}}},
                    Known{"lossy.webp", {.format = F::webp, .size = kSmall}},
                    Known{"lossless.webp", {.format = F::webp, .size = kSmall}},
                    Known{"alpha.webp", {.format = F::webp, .size = kSmall, .has_alpha = true}},
                    Known{"animated.webp", {.format = F::webp, .size = kSmall, .frames = 3, .is_animated = true}},
                    Known{"rgb.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16}},
                    Known{"grey.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16, .colour_space = kGrey}},
                    Known{"deep.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16}},
                    Known{"alpha.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16, .has_alpha = true}},
                    Known{"cmyk.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16, .colour_space = kCmyk}},
                    Known{"pages.tiff", {.format = F::tiff, .size = kSmall, .frames = 3, .bit_depth = 16}},
                    Known{"big.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16}},
                    Known{"motorola.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16}},
                    Known{"oriented.tiff", {.format = F::tiff, .size = kSmall, .bit_depth = 16, .orientation = 6}},
                    Known{"photo.avif", {.format = F::avif, .size = kMiddle}},
                    Known{"alpha.avif", {.format = F::avif, .size = kMiddle, .has_alpha = true}},
                    Known{"photo.heic", {.format = F::heic, .size = kMiddle}}),
    [](const auto& info) {
      std::string name = info.param.file;
      std::replace(name.begin(), name.end(), '.', '_');
      return name;
    });

TEST(Probe, CrashesAtNoTruncationOfAnySample) {
  for (const auto& entry : std::filesystem::directory_iterator(corpus())) {
    const auto whole = sample(entry.path().filename());
    // Every length where headers stand, at the beginning and at the end; one in seven between.
    const auto step = [&](std::size_t length) { return length < 1024 || whole.size() - length < 1024 ? 1U : 7U; };
    for (std::size_t length = 0; length < whole.size(); length += step(length)) {
      // In memory of exactly that size, so that a sanitizer sees one byte too many.
      const std::vector<std::byte> part(bytes(whole).begin(),
                                        bytes(whole).begin() + static_cast<std::ptrdiff_t>(length));
      try {
        EXPECT_GT(probe(part).size.pixels(), 0) << entry.path() << " " << length;
      } catch (const Error& error) {
        EXPECT_TRUE(error.fault() == Fault::unprocessable || error.fault() == Fault::unsupported) << error.what();
      }
    }
  }
}

TEST(Probe, RefusesAHeaderThatIsCutOff) {
  for (const auto* name :
       {"baseline.jpg", "rgb.png", "loop3.gif", "lossy.webp", "rgb.tiff", "photo.avif", "photo.heic"}) {
    const auto error = refusal(sample(name).substr(0, 28));

    EXPECT_EQ(error.fault(), Fault::unprocessable) << name;
    EXPECT_EQ(error.code(), "image-damaged") << name << ": " << error.what();
  }
}

// ---- what is no picture of ours ----

TEST(Sniff, KnowsEveryTypeByItsMagic) {
  EXPECT_EQ(sniff(bytes("\xff\xd8\xff\xe0")), F::jpg);
  EXPECT_EQ(sniff(bytes("\x89PNG\r\n\x1a\n")), F::png);
  EXPECT_EQ(sniff(bytes("GIF87a")), F::gif);
  EXPECT_EQ(sniff(bytes("GIF89a")), F::gif);
  EXPECT_EQ(sniff(bytes("RIFF____WEBPVP8 ")), F::webp);
  EXPECT_EQ(sniff(bytes(std::string("II*\0", 4))), F::tiff);
  EXPECT_EQ(sniff(bytes(std::string("MM\0+", 4))), F::tiff);
  EXPECT_EQ(sniff(bytes(std::string("\0\0\0\x14"
                                    "ftypmif1\0\0\0\0avif",
                                    20))),
            F::avif);
  EXPECT_EQ(sniff(bytes(std::string("\0\0\0\x14"
                                    "ftypheic\0\0\0\0mif1",
                                    20))),
            F::heic);
}

TEST(Sniff, RefusesWhatIsNotRead) {
  for (const auto text :
       {""sv, "\xff\xd8"sv, "<svg xmlns="sv, "<?xml version"sv, "\x1f\x8b\x08"sv, " %PDF-1.7"sv, "%PDF"sv, "BM____"sv,
        "8BPS"sv, "\0\0\1\0"sv, "\xff\x0a"sv, "\0\0\0\x0cJXL \r\n\x87\n"sv, "\0\0\0\x0cjP  \r\n\x87\n"sv,
        "\xff\x4f\xff\x51"sv, "just a text, named .jpg"sv, "RIFF____WAVE"sv, "GIF88a"sv,
        "\0\0\0\x14"
        "ftypisom\0\0\0\0mp42"sv}) {
    EXPECT_EQ(sniff(std::as_bytes(std::span(text))), std::nullopt) << text;
  }
}

TEST(Probe, LeavesDocumentsToOthers) {
  EXPECT_EQ(sniff(std::as_bytes(std::span("%PDF-1.7"sv))), F::pdf);
  EXPECT_EQ(refusal("%PDF-1.7\n").fault(), Fault::unsupported);
  EXPECT_EQ(refusal("%PDF-1.7\n").code(), "document");
}

TEST(Probe, CallsATextUnsupported) { EXPECT_EQ(refusal("just a text, named .jpg").fault(), Fault::unsupported); }

// ---- lies and bombs ----

TEST(Probe, ReadsTheSidesOfAHugePngWithoutDecodingIt) {
  const auto info = probe(bytes(samples::png_header(65536, 65536)));

  EXPECT_EQ(info.size, (Size{.width = 65536, .height = 65536}));
}

TEST(Probe, ReadsTheSidesOfAHugeProgressiveJpeg) {
  const auto info = probe(bytes(samples::jpeg_header(0xc2, 35584, 18696, 3)));

  EXPECT_EQ(info.size, (Size{.width = 35584, .height = 18696}));
  EXPECT_TRUE(info.is_interlaced);
}

TEST(Probe, CountsTwoThousandFramesQuickly) {
  const auto file = samples::gif(1000, 1000, 2000);
  const auto began = std::chrono::steady_clock::now();

  const auto info = probe(bytes(file));

  EXPECT_EQ(info.frames, 2000);
  EXPECT_TRUE(info.is_animated);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(50));
}

TEST(Probe, RefusesSidesBeyondAllReason) {
  const auto error = refusal(samples::png_header(0x7fffffff, 1));

  EXPECT_EQ(error.fault(), Fault::unprocessable);
  EXPECT_EQ(error.code(), "image-too-large");
}

TEST(Probe, RefusesAPictureWithoutPixels) {
  EXPECT_EQ(refusal(samples::png_header(0, 5)).code(), "image-damaged");
  EXPECT_EQ(refusal(samples::jpeg_header(0xc0, 24, 0, 3)).code(), "image-damaged");
}

TEST(Probe, RefusesAPngWhoseHeaderWasChanged) {
  auto file = samples::png_header(24, 16);
  file[19] = 25;

  EXPECT_THAT(refusal(file).what(), HasSubstr("checksum"));
}

// ---- JPEG ----

TEST(ProbeJpeg, RefusesFramesThatNoDecoderReads) {
  for (const int marker : {0xc3, 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf}) {
    EXPECT_EQ(refusal(samples::jpeg_header(marker, 24, 16, 3)).code(), "image-unsupported") << marker;
  }
  EXPECT_EQ(refusal(samples::jpeg_header(0xc1, 24, 16, 3, 12)).code(), "image-unsupported");
  EXPECT_EQ(refusal(samples::jpeg_header(0xc0, 24, 16, 2)).code(), "image-unsupported");
}

TEST(ProbeJpeg, ReadsArithmeticFrames) {
  EXPECT_FALSE(probe(bytes(samples::jpeg_header(0xc9, 24, 16, 3))).is_interlaced);
  EXPECT_TRUE(probe(bytes(samples::jpeg_header(0xca, 24, 16, 3))).is_interlaced);
}

TEST(ProbeJpeg, RefusesASecondFrame) {
  const auto one = samples::jpeg_frame(0xc0, 24, 16, 3, 8);

  EXPECT_THAT(refusal("\xff\xd8" + one + one).what(), HasSubstr("two frames"));
}

TEST(ProbeJpeg, ReadsEveryOrientationInEitherByteOrder) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool little : {true, false}) {
      const auto file = samples::jpeg_header(0xc0, 24, 16, 3, 8, samples::exif(orientation, little));

      EXPECT_EQ(probe(bytes(file)).orientation, orientation);
    }
  }
}

TEST(ProbeJpeg, IgnoresMetadataThatIsBroken) {
  for (const int orientation : {0, 9, 1000}) {
    EXPECT_EQ(probe(bytes(samples::jpeg_header(0xc0, 24, 16, 3, 8, samples::exif(orientation, true)))).orientation, 1);
  }
  const auto cut = std::string("\xff\xe1\0\x16", 4) + samples::exif(6, true).substr(4, 20);
  EXPECT_EQ(probe(bytes(samples::jpeg_header(0xc0, 24, 16, 3, 8, cut))).orientation, 1);
}

// ---- GIF ----

TEST(ProbeGif, TakesTheFirstFrameForTheCanvasWhereLibnsgifDoes) {
  EXPECT_EQ(probe(bytes(samples::gif(640, 480, 1, 30, 20))).size, (Size{.width = 30, .height = 20}));
  EXPECT_EQ(probe(bytes(samples::gif(3000, 100, 1, 30, 20))).size, (Size{.width = 30, .height = 20}));
  EXPECT_EQ(probe(bytes(samples::gif(10, 10, 1, 30, 20))).size, (Size{.width = 30, .height = 20}));
  EXPECT_EQ(probe(bytes(samples::gif(641, 480, 1, 30, 20))).size, (Size{.width = 641, .height = 480}));
}

TEST(ProbeGif, CountsFramesUpToWhereTheFileIsCut) {
  const auto file = samples::gif(20, 20, 10);

  EXPECT_EQ(probe(bytes(file.substr(0, file.size() / 2))).frames, 5);
}

// ---- TIFF ----

TEST(ProbeTiff, RefusesDirectoriesThatGoInACircle) {
  EXPECT_THAT(refusal(samples::tiff(24, 16, samples::TiffNext::itself)).what(), HasSubstr("circle"));
}

TEST(ProbeTiff, StopsAtAPageThatIsNotThere) {
  EXPECT_EQ(probe(bytes(samples::tiff(24, 16, samples::TiffNext::beyond_the_end))).frames, 1);
}

TEST(ProbeTiff, RefusesADirectoryLongerThanTheFile) {
  auto file = samples::tiff(24, 16, samples::TiffNext::none);
  file[8] = file[9] = '\xff';

  EXPECT_EQ(refusal(file).code(), "image-damaged");
}

// ---- HEIF ----

TEST(ProbeHeif, TurnsTheSizeAsLibheifTurnsThePicture) {
  EXPECT_EQ(probe(bytes(samples::avif(64, 48, {.quarter_turns = 0}))).size, (Size{.width = 64, .height = 48}));
  EXPECT_EQ(probe(bytes(samples::avif(64, 48, {.quarter_turns = 1}))).size, (Size{.width = 48, .height = 64}));
  EXPECT_EQ(probe(bytes(samples::avif(64, 48, {.quarter_turns = 2}))).size, (Size{.width = 64, .height = 48}));
  EXPECT_EQ(probe(bytes(samples::avif(64, 48, {.quarter_turns = 3}))).orientation, 1);
}

TEST(ProbeHeif, CutsTheCleanAperture) {
  EXPECT_EQ(probe(bytes(samples::avif(64, 48, {.clean_width = 60, .clean_height = 40}))).size,
            (Size{.width = 60, .height = 40}));
}

TEST(ProbeHeif, ReadsDepthAlphaAndProfile) {
  EXPECT_EQ(probe(bytes(samples::avif(64, 48, {.bits = 12}))).bit_depth, 12);
  EXPECT_TRUE(probe(bytes(samples::avif(64, 48, {.has_alpha = true}))).has_alpha);
  EXPECT_FALSE(probe(bytes(samples::avif(64, 48, {}))).has_alpha);
  EXPECT_TRUE(probe(bytes(samples::avif(64, 48, {.has_profile = true}))).has_profile);
}

TEST(ProbeHeif, RefusesASequenceWithoutAPrimaryPicture) {
  const auto file = samples::avif(64, 48, {}).substr(0, 24);  // its ftyp alone

  EXPECT_THAT(refusal(file).what(), HasSubstr("no primary picture"));
}

}  // namespace
}  // namespace calotype::probe
