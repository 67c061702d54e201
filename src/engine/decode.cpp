#include "engine/decode.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace calotype::engine {
namespace {

using Blob = std::unique_ptr<VipsArea, void (*)(VipsArea*)>;

/// Borrows the bytes.
Blob blob_of(std::span<const std::byte> file) {
  VipsBlob* blob = vips_blob_new(nullptr, file.data(), file.size());
  return {reinterpret_cast<VipsArea*>(blob), vips_area_unref};
}

VipsFailOn fail_on(rule::FailOn level) {
  switch (level) {
    case rule::FailOn::none: return VIPS_FAIL_ON_NONE;
    case rule::FailOn::truncated: return VIPS_FAIL_ON_TRUNCATED;
    case rule::FailOn::error: return VIPS_FAIL_ON_ERROR;
    case rule::FailOn::warning: return VIPS_FAIL_ON_WARNING;
  }
  return VIPS_FAIL_ON_WARNING;
}

VImage load(const plan::Decode& decode, std::span<const std::byte> file, int pages, int shrink) {
  const Blob area = blob_of(file);
  auto* blob = reinterpret_cast<VipsBlob*>(area.get());
  auto* options = VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", fail_on(decode.fail_on));
  const int first = decode.frames.first;
  switch (decode.info.format) {
    case ImageFormat::jpg: return VImage::jpegload_buffer(blob, options->set("shrink", shrink));
    case ImageFormat::png: return VImage::pngload_buffer(blob, options);
    case ImageFormat::webp:
      return VImage::webpload_buffer(blob, options->set("page", first)->set("n", pages)->set("scale", 1.0 / shrink));
    case ImageFormat::gif: return VImage::gifload_buffer(blob, options->set("page", first)->set("n", pages));
    case ImageFormat::tiff: return VImage::tiffload_buffer(blob, options->set("page", first));
    case ImageFormat::avif:
    case ImageFormat::heic: return VImage::heifload_buffer(blob, options->set("page", first));
    case ImageFormat::pdf:
      return VImage::pdfload_buffer(blob, options->set("page", first)->set("dpi", static_cast<double>(decode.density)));
    case ImageFormat::json:
    case ImageFormat::blurhash:
    case ImageFormat::palette: break;
  }
  throw Error(Fault::internal, "decode the picture: no loader for its type");
}

bool is_shrunk(int got, int full, int shrink) { return got == full / shrink || got == (full + shrink - 1) / shrink; }

void check_size(const plan::Decode& decode, const Reel& reel, int shrink) {
  const Size said = decode.info.size;
  if (is_shrunk(reel.image.width(), said.width, shrink) && is_shrunk(reel.frame_height, said.height, shrink)) return;
  throw damaged(fmt::format("it is {}x{} where its header says {}x{}", reel.image.width(), reel.frame_height,
                            said.width, said.height));
}

void check_budget(const plan::Budget& budget, const Reel& reel, bool needs_all) {
  const std::int64_t pixel = static_cast<std::int64_t>(VIPS_IMAGE_SIZEOF_PEL(reel.image.get_image()));
  const std::int64_t frame = pixel * reel.image.width() * reel.frame_height;
  if (needs_all && budget.memory_bytes > 0 && frame > budget.memory_bytes) {
    throw Error(Fault::too_large,
                fmt::format("decode the picture: {} bytes are more than its budget of {}", frame, budget.memory_bytes),
                "image-too-large");
  }
  const std::int64_t pixels = std::int64_t{reel.image.width()} * reel.image.height();
  if (budget.pixels > 0 && pixels > budget.pixels) {
    throw Error(Fault::too_large,
                fmt::format("decode the picture: {} pixels are more than its budget of {}", pixels, budget.pixels),
                "image-too-large");
  }
}

/// In the file, including those between two that are taken.
int span_of(const plan::Frames& frames) { return (frames.count - 1) * std::max(frames.every, 1) + 1; }

}  // namespace

Reel open_reel(const plan::Decode& decode, const plan::Budget& budget, std::span<const std::byte> file, int shrink) {
  const bool is_film = decode.info.is_animated;
  const int pages = is_film ? span_of(decode.frames) : 1;
  if (decode.frames.first < 0 || pages > decode.info.frames - decode.frames.first) {
    throw Error(Fault::unprocessable,
                fmt::format("decode frames {} to {}: the picture has {}", decode.frames.first + 1,
                            decode.frames.first + pages, decode.info.frames),
                "no-such-frame");
  }

  Reel reel;
  reel.image = load(decode, file, pages, shrink);
  reel.frames = pages;
  reel.first = decode.frames.first;
  reel.frame_height = reel.image.height() / pages;
  if (reel.frame_height * pages != reel.image.height()) throw damaged("its frames differ in height");
  check_size(decode, reel, shrink);
  check_budget(budget, reel, is_film || decode.info.is_interlaced);
  if (is_film && reel.image.get_typeof("delay") != 0) reel.delays = reel.image.get_array_int("delay");
  return reel;
}

VImage frame_of(const Reel& reel, int index) {
  if (reel.frames == 1) return reel.image;
  return reel.image.extract_area(0, index * reel.frame_height, reel.image.width(), reel.frame_height);
}

ImageInfo look_at_page(const plan::Decode& decode, std::span<const std::byte> file) {
  constexpr int kMostPages = 100'000;
  plan::Decode first = decode;
  first.info.format = ImageFormat::pdf;
  VImage page;
  try {
    page = load(first, file, 1, 1);
  } catch (const vips::VError&) {
    const auto why = take_vips_error();
    if (why.find("pages out of range") != std::string::npos) {
      throw Error(Fault::unprocessable, fmt::format("draw page {}: the document has fewer", decode.frames.first + 1),
                  "no-such-frame");
    }
    throw damaged(why);
  }
  const int pages = page.get_typeof("n-pages") != 0 ? page.get_int("n-pages") : 1;
  return {.format = ImageFormat::pdf,
          .size = {.width = page.width(), .height = page.height()},
          .frames = std::clamp(pages, 1, kMostPages)};
}

VImage decode_still(const ImageInfo& info, std::span<const std::byte> file) {
  plan::Decode decode;
  decode.info = info;
  return in_memory(open_reel(decode, {}, file, 1).image);
}

}  // namespace calotype::engine
