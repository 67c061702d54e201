#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "probe/headers.h"

// ISO/IEC 23008-12 (HEIF) with AV1 (AVIF) or HEVC (HEIC) pictures: the primary item and its properties. libheif turns
// and mirrors while it decodes, so that the size here is as seen and the orientation is 1. A sequence (avis) is read as
// its primary picture; one without a primary picture is refused.
namespace calotype::probe {
namespace {

constexpr std::size_t kMaxProperties = 4096;
constexpr std::size_t kMaxAssociations = 64;
constexpr std::size_t kMaxAlphas = 16;

struct Box {
  std::string_view type;
  Octets body;
};

/// The boxes side by side in a block, one after the other.
class Boxes {
 public:
  explicit Boxes(const Octets& block) : block_(block) {}

  std::optional<Box> next() {
    if (!block_.has(at_, 8)) return std::nullopt;
    std::uint64_t length = block_.u32be(at_);
    std::uint64_t head = 8;
    const auto type = block_.text(at_ + 4, 4);
    if (length == 1) {
      length = block_.u64be(at_ + 8);
      head = 16;
    } else if (length == 0) {
      length = block_.size() - at_;
    }
    if (length < head) block_.damaged("a box has no length");
    const auto body = block_.rest(at_ + head, length - head);
    is_cut_ = body.size() < length - head;
    at_ = is_cut_ ? block_.size() : at_ + length;
    return Box{.type = type, .body = body};
  }
  /// Whether the last one goes over the end.
  bool is_cut() const { return is_cut_; }

 private:
  Octets block_;
  std::uint64_t at_ = 0;
  bool is_cut_ = false;
};

/// What the parts of `meta` say, as far as it matters.
struct Meta {
  std::optional<std::uint32_t> primary;
  bool has_av1 = false;
  bool has_hevc = false;
  std::string_view primary_type;
  std::vector<std::uint32_t> auxiliaries;  ///< items that belong to the primary one
  std::vector<Box> properties;
  std::vector<std::uint32_t> of_primary;  ///< property numbers, in order
  std::vector<std::uint32_t> of_auxiliary;
};

void read_items(const Octets& box, Meta& meta) {
  const auto version = box.u8(0);
  Boxes entries(box.rest(version == 0 ? 6 : 8));
  while (const auto entry = entries.next()) {
    if (entry->type != "infe" || entry->body.u8(0) < 2) continue;
    const bool is_wide = entry->body.u8(0) >= 3;
    const std::uint32_t id = is_wide ? entry->body.u32be(4) : entry->body.u16be(4);
    const auto type = entry->body.text(is_wide ? 10 : 8, 4);
    meta.has_av1 = meta.has_av1 || type == "av01";
    meta.has_hevc = meta.has_hevc || type == "hvc1";
    if (id == meta.primary) meta.primary_type = type;
  }
}

void read_references(const Octets& box, Meta& meta) {
  const bool is_wide = box.u8(0) != 0;
  const auto id_at = [&](const Octets& body, std::uint64_t at) -> std::uint32_t {
    return is_wide ? body.u32be(at) : body.u16be(at);
  };
  const std::uint64_t width = is_wide ? 4 : 2;
  Boxes references(box.rest(4));
  while (const auto reference = references.next()) {
    if (reference->type != "auxl") continue;
    const auto count = reference->body.u16be(width);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (id_at(reference->body, width + 2 + i * width) != meta.primary) continue;
      if (meta.auxiliaries.size() < kMaxAlphas) meta.auxiliaries.push_back(id_at(reference->body, 0));
    }
  }
}

void read_associations(const Octets& box, Meta& meta) {
  const bool is_wide_id = box.u8(0) != 0;
  const bool is_wide_index = (box.u8(3) & 1U) != 0;
  const auto count = box.u32be(4);
  std::uint64_t at = 8;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t id = is_wide_id ? box.u32be(at) : box.u16be(at);
    at += is_wide_id ? 4 : 2;
    const auto properties = box.u8(at++);
    const bool is_auxiliary = std::find(meta.auxiliaries.begin(), meta.auxiliaries.end(), id) != meta.auxiliaries.end();
    for (unsigned p = 0; p < properties; ++p) {
      const std::uint32_t index = is_wide_index ? box.u16be(at) & 0x7fffU : box.u8(at) & 0x7fU;
      at += is_wide_index ? 2 : 1;
      auto& list = id == meta.primary ? meta.of_primary : meta.of_auxiliary;
      if ((id == meta.primary || is_auxiliary) && list.size() < kMaxAssociations) list.push_back(index);
    }
  }
}

void read_properties(const Octets& box, Meta& meta) {
  Boxes parts(box);
  while (const auto part = parts.next()) {
    if (part->type == "ipma") read_associations(part->body, meta);
    if (part->type != "ipco") continue;
    Boxes properties(part->body);
    while (const auto property = properties.next()) {
      if (meta.properties.size() >= kMaxProperties) box.damaged("it has too many properties");
      meta.properties.push_back(*property);
    }
  }
}

Meta read_meta(const Octets& box) {
  Meta meta;
  // The parts may stand in any order, and the primary item's number is needed by the others; so are the references by
  // the associations.
  for (const auto wanted : {"pitm", "iinf", "iref", "iprp"}) {
    Boxes parts(box.rest(4));
    while (const auto part = parts.next()) {
      if (part->type != wanted) continue;
      if (parts.is_cut()) box.damaged("it is cut off");
      if (part->type == "pitm") meta.primary = part->body.u8(0) == 0 ? part->body.u16be(4) : part->body.u32be(4);
      if (part->type == "iinf") read_items(part->body, meta);
      if (part->type == "iref") read_references(part->body, meta);
      if (part->type == "iprp") read_properties(part->body, meta);
      break;
    }
  }
  return meta;
}

std::uint64_t rounded_ratio(const Octets& body, std::uint64_t at, std::uint64_t most) {
  const auto top = static_cast<std::int32_t>(body.u32be(at));
  const auto bottom = static_cast<std::int32_t>(body.u32be(at + 4));
  if (bottom <= 0 || top <= 0) body.damaged("its clean aperture is empty");
  return std::min<std::uint64_t>(most, static_cast<std::uint64_t>(std::llround(double(top) / double(bottom))));
}

/// Reads the primary item's properties in their order, which is the order in which libheif applies them.
struct Primary {
  std::uint64_t width = 0;
  std::uint64_t height = 0;

  void apply(const Box& property, ImageInfo& info) {
    const auto& [type, body] = property;
    if (type == "ispe") {
      width = body.u32be(4);
      height = body.u32be(8);
    } else if (type == "irot") {
      if ((body.u8(0) & 1U) != 0) std::swap(width, height);
    } else if (type == "clap") {
      width = rounded_ratio(body, 0, width);
      height = rounded_ratio(body, 8, height);
    } else if (type == "pixi") {
      if (body.u8(4) > 0) info.bit_depth = body.u8(5);
    } else if (type == "av1C") {
      const auto flags = body.u8(2);
      info.bit_depth = (flags & 0x40U) == 0 ? 8 : (flags & 0x20U) != 0 ? 12 : 10;
    } else if (type == "hvcC") {
      info.bit_depth = 8 + (body.u8(17) & 7U);
    } else if (type == "colr") {
      info.has_profile = info.has_profile || body.says(0, "prof") || body.says(0, "rICC");
    }
  }
};

bool is_alpha(const Box& property) {
  using namespace std::string_view_literals;
  return property.type == "auxC" && (property.body.says(4, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"sv) ||
                                     property.body.says(4, "urn:mpeg:hevc:2015:auxid:1"sv));
}

ImageInfo describe(const Octets& file, const Meta& meta) {
  if (!meta.primary) file.damaged("it has no primary picture");
  ImageInfo info{.format = ImageFormat::heic};
  const bool is_av1 = meta.primary_type == "av01" || (meta.primary_type != "hvc1" && meta.has_av1 && !meta.has_hevc);
  if (is_av1) info.format = ImageFormat::avif;
  if (!is_av1 && !meta.has_hevc) file.unsupported("such a codec");
  const auto property = [&](std::uint32_t number) -> const Box* {
    return number == 0 || number > meta.properties.size() ? nullptr : &meta.properties[number - 1];
  };
  Primary primary;
  for (const auto number : meta.of_primary) {
    if (const auto* found = property(number)) primary.apply(*found, info);
  }
  for (const auto number : meta.of_auxiliary) {
    const auto* const found = property(number);
    info.has_alpha = info.has_alpha || (found != nullptr && is_alpha(*found));
  }
  info.size = checked_size(file, primary.width, primary.height);
  if (info.bit_depth < 1 || info.bit_depth > 16) file.unsupported("such a number of bits");
  return info;
}

}  // namespace

ImageInfo read_heif(const Octets& file) {
  Boxes boxes(file);
  while (const auto box = boxes.next()) {
    if (box->type != "meta") continue;
    if (boxes.is_cut()) file.damaged("it is cut off");
    return describe(file, read_meta(box->body));
  }
  file.damaged("it has no primary picture");
}

}  // namespace calotype::probe
