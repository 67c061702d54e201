#include "probe/samples.h"

#include <cstdint>
#include <vector>

// The builders of probe_test.cpp; in a file of the tests, because no product needs them.
namespace calotype::probe::samples {
namespace {

std::string big(std::uint64_t value, int width) {
  std::string text;
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xffU);
  return text;
}

std::string little(std::uint64_t value, int width) {
  std::string text;
  for (int i = 0; i < width; ++i) text += static_cast<char>(value >> (8 * i) & 0xffU);
  return text;
}

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

std::uint32_t crc(const std::string& text) {
  std::uint32_t value = ~0U;
  for (const char c : text) {
    value ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~value;
}

std::string box(const std::string& type, const std::string& body) { return big(8 + body.size(), 4) + type + body; }

}  // namespace

std::string jpeg_frame(int marker, int width, int height, int components, int bits) {
  std::string segment = big(static_cast<unsigned>(bits), 1) + big(static_cast<unsigned>(height), 2) +
                        big(static_cast<unsigned>(width), 2) + big(static_cast<unsigned>(components), 1);
  for (int i = 1; i <= components; ++i) segment += std::string{static_cast<char>(i), '\x11', '\0'};
  return "\xff" + big(static_cast<unsigned>(marker), 1) + big(segment.size() + 2, 2) + segment;
}

std::string jpeg_header(int marker, int width, int height, int components, int bits, const std::string& exif_segment) {
  const std::string scan{"\xff\xda\0\x08\1\1\0\0\x3f\0", 10};
  return "\xff\xd8" + exif_segment + jpeg_frame(marker, width, height, components, bits) + scan;
}

std::string exif(int orientation, bool is_little) {
  const auto number = [&](unsigned value, int width) { return is_little ? little(value, width) : big(value, width); };
  std::string block = is_little ? "II" : "MM";
  block += number(42, 2) + number(8, 4) + number(1, 2);
  block += number(274, 2) + number(3, 2) + number(1, 4) + number(static_cast<unsigned>(orientation), 2) + zeros(2);
  block += number(0, 4);
  const auto body = std::string("Exif\0\0", 6) + block;
  return "\xff\xe1" + big(body.size() + 2, 2) + body;
}

std::string png_header(unsigned width, unsigned height) {
  const auto ihdr = "IHDR" + big(width, 4) + big(height, 4) + std::string{"\x08\x02\0\0\0", 5};
  return "\x89PNG\r\n\x1a\n" + big(13, 4) + ihdr + big(crc(ihdr), 4) + big(1000, 4) + "IDAT";
}

std::string gif(int width, int height, int frames, int frame_width, int frame_height) {
  const auto side = [](int value) { return little(static_cast<unsigned>(value), 2); };
  std::string file = "GIF89a" + side(width) + side(height) + zeros(3);
  const auto frame = "," + zeros(4) + side(frame_width > 0 ? frame_width : width) +
                     side(frame_height > 0 ? frame_height : height) + zeros(1) + "\x02" + "\x10" +
                     std::string(16, 'x') + zeros(1);
  for (int i = 0; i < frames; ++i) file += frame;
  return file + ";";
}

std::string tiff(int width, int height, TiffNext next) {
  const auto entry = [](unsigned tag, int value) {
    return little(tag, 2) + little(3, 2) + little(1, 4) + little(static_cast<unsigned>(value), 4);
  };
  std::string file = "II" + little(42, 2) + little(8, 4) + little(5, 2);
  file += entry(256, width) + entry(257, height) + entry(258, 8) + entry(262, 2) + entry(277, 3);
  const unsigned after = next == TiffNext::none ? 0 : next == TiffNext::itself ? 8 : 0x7fffffff;
  return file + little(after, 4);
}

std::string avif(unsigned width, unsigned height, AvifParts parts) {
  const auto full = [](const std::string& type, const std::string& body) { return box(type, zeros(4) + body); };
  std::vector<std::string> properties{
      full("ispe", big(width, 4) + big(height, 4)),
      full("pixi", "\x03" + std::string(3, static_cast<char>(parts.bits))),
      box("irot", big(static_cast<unsigned>(parts.quarter_turns), 1)),
      full("auxC", std::string("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha") + zeros(1)),
  };
  std::string of_primary{1, 2, 3};
  const auto add = [&](const std::string& property) {
    properties.push_back(property);
    of_primary += static_cast<char>(properties.size());
  };
  if (parts.clean_width > 0) {
    add(box("clap", big(static_cast<unsigned>(parts.clean_width), 4) + big(1, 4) +
                        big(static_cast<unsigned>(parts.clean_height), 4) + big(1, 4) + zeros(4) + big(1, 4) +
                        zeros(4) + big(1, 4)));
  }
  if (parts.has_profile) add(box("colr", "prof" + zeros(16)));
  std::string ipco;
  for (const auto& property : properties) ipco += property;
  const auto associations =
      big(2, 4) + big(1, 2) + big(of_primary.size(), 1) + of_primary + big(2, 2) + "\x01" + "\x04";
  const auto item = [](unsigned id) {
    return box("infe", "\x02" + zeros(3) + big(id, 2) + zeros(2) + "av01" + zeros(1));
  };
  // The primary item's number stands last: the parts may come in any order.
  std::string meta = box("iprp", box("ipco", ipco) + full("ipma", associations));
  if (parts.has_alpha) meta += full("iref", box("auxl", big(2, 2) + big(1, 2) + big(1, 2)));
  meta += full("iinf", big(2, 2) + item(1) + item(2)) + full("pitm", big(1, 2));
  return box("ftyp", "avif" + zeros(4) + "mif1" + "miaf") + full("meta", meta);
}

}  // namespace calotype::probe::samples
