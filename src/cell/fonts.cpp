#include "cell/fonts.h"

#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::cell {
namespace {

constexpr std::array kFiles{FontFile{CALOTYPE_FONTS "/dejavu/DejaVuSans.ttf", "fonts-dejavu-core"},
                            FontFile{CALOTYPE_FONTS "/dejavu/DejaVuSans-Bold.ttf", "fonts-dejavu-core"},
                            FontFile{CALOTYPE_FONTS "/dejavu/DejaVuSerif.ttf", "fonts-dejavu-core"},
                            FontFile{CALOTYPE_FONTS "/dejavu/DejaVuSerif-Bold.ttf", "fonts-dejavu-core"},
                            FontFile{CALOTYPE_FONTS "/dejavu/DejaVuSansMono.ttf", "fonts-dejavu-core"},
                            FontFile{CALOTYPE_FONTS "/dejavu/DejaVuSansMono-Bold.ttf", "fonts-dejavu-core"},
                            // What DejaVu lacks, Chinese, Japanese and Korean above all.
                            FontFile{CALOTYPE_FONTS "/wqy/wqy-microhei.ttc", "fonts-wqy-microhei"}};

}  // namespace

std::span<const FontFile> font_files() { return kFiles; }

Digest fonts_digest() {
  std::string digests;
  for (const auto& file : kFiles) {
    std::ifstream in(file.path, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (bytes.empty()) {
      throw Error(Fault::internal,
                  fmt::format("read the font {}: there is nothing; install {}", file.path, file.package));
    }
    digests += Digest::of(bytes).text();
  }
  return Digest::of(digests);
}

}  // namespace calotype::cell
