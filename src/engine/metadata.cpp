#include "engine/metadata.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "engine/exif.h"
#include "engine/iptc.h"

namespace calotype::engine {
namespace {

std::string blob_of(const VImage& image, const char* name) {
  if (image.get_typeof(name) != VIPS_TYPE_BLOB) return {};
  std::size_t size = 0;
  const void* data = image.get_blob(name, &size);
  return {static_cast<const char*>(data), size};
}

bool is_kept(const exif::Entry& entry, const rule::Metadata& rule) {
  // Of the thumbnail: where it lies. Of the maker's own block: nobody knows what is in it.
  constexpr std::uint16_t kMakerNote = 0x927C;
  constexpr std::array<std::uint16_t, 9> kLayout{0x0100, 0x0101, 0x0102, 0x0103, 0x0106,
                                                 0x0111, 0x0117, 0x0201, 0x0202};
  constexpr std::array<std::uint16_t, 5> kCamera{0x010F, 0x0110, 0xA432, 0xA433, 0xA434};
  if (entry.directory == exif::Directory::gps) return rule.keep_gps;
  if (entry.tag == exif::kOrientation || entry.tag == kMakerNote) return false;
  if (std::find(kLayout.begin(), kLayout.end(), entry.tag) != kLayout.end()) return false;
  if (!rule.strip) return true;
  if (entry.tag == exif::kCopyright || entry.tag == exif::kArtist) return rule.keep_copyright;
  if (entry.tag == exif::kDateTime || (entry.tag >= 0x9003 && entry.tag <= 0x9012) ||
      (entry.tag >= 0x9290 && entry.tag <= 0x9292)) {
    return rule.keep_date;
  }
  const bool is_camera =
      std::find(kCamera.begin(), kCamera.end(), entry.tag) != kCamera.end() ||
      (entry.directory == exif::Directory::camera && entry.tag < 0xA400 && entry.tag != 0x9286 && entry.tag != 0x927C);
  return is_camera && rule.keep_camera;
}

void set_text(std::vector<exif::Entry>& entries, std::uint16_t tag, const std::string& text) {
  if (text.empty()) return;
  std::erase_if(entries, [tag](const exif::Entry& entry) {
    return entry.tag == tag && entry.directory == exif::Directory::picture;
  });
  entries.push_back(exif::text_entry(tag, text));
}

bool is_turned_upright(const Plan& plan) {
  return !plan.steps.empty() && std::holds_alternative<plan::Orient>(plan.steps[0]);
}

std::string choose_exif(const std::vector<exif::Entry>& source, const Plan& plan) {
  const rule::Metadata& rule = plan.output.metadata;
  std::vector<exif::Entry> kept;
  std::copy_if(source.begin(), source.end(), std::back_inserter(kept),
               [&](const exif::Entry& entry) { return is_kept(entry, rule); });
  set_text(kept, exif::kCopyright, rule.set_copyright);
  const int orientation = is_turned_upright(plan) ? 1 : plan.decode.info.orientation;
  if (rule.keep_orientation || (!rule.strip && orientation != 1)) kept.push_back(exif::orientation_entry(orientation));
  return exif::write(std::move(kept));
}

/// The text between two marks, both removed, from the first to the last occurrence.
void remove_all(std::string& text, std::string_view begin, std::string_view end) {
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    const std::size_t stop = text.find(end, at + begin.size());
    if (stop == std::string::npos) return;
    text.erase(at, stop + end.size() - at);
  }
}

bool mentions(std::string text, std::string_view word) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find(word) != std::string::npos;
}

/// An original's packet without thumbnails and, unless kept, places; nothing at all when one is hidden in it in a way
/// that is not understood.
std::string clean_xmp(std::string packet, bool keeps_gps) {
  remove_all(packet, "<xmp:Thumbnails>", "</xmp:Thumbnails>");
  if (mentions(packet, "thumbnail")) return {};
  if (!keeps_gps && mentions(packet, "gps")) return {};
  return packet;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) out.push_back(c);
    }
  }
  return out;
}

/// A packet that says who, for the formats and readers that know no EXIF.
std::string small_xmp(const std::string& copyright, const iptc::Credits& credits) {
  if (copyright.empty() && credits.credit.empty() && credits.source.empty()) return {};
  std::string out =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\"";
  if (!credits.credit.empty()) out += " photoshop:Credit=\"" + escaped(credits.credit) + "\"";
  if (!credits.source.empty()) out += " photoshop:Source=\"" + escaped(credits.source) + "\"";
  out += ">";
  if (!copyright.empty()) {
    out +=
        "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">" + escaped(copyright) + "</rdf:li></rdf:Alt></dc:rights>";
  }
  return out + "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
}

std::string copyright_of(const std::vector<exif::Entry>& entries, const iptc::Credits& credits) {
  for (const auto& entry : entries) {
    if (entry.directory == exif::Directory::picture && entry.tag == exif::kCopyright) return exif::text_of(entry);
  }
  return credits.copyright;
}

}  // namespace

Carried carried_by(const VImage& decoded) {
  return {.exif = blob_of(decoded, VIPS_META_EXIF_NAME),
          .iptc = blob_of(decoded, VIPS_META_IPTC_NAME),
          .xmp = blob_of(decoded, VIPS_META_XMP_NAME)};
}

bool embeds_profile(const rule::Metadata& rule) {
  using Embed = rule::Metadata::Embed;
  if (rule.embed == Embed::automatic) return rule.profile != rule::Metadata::Profile::srgb;
  return rule.embed == Embed::always;
}

Attached choose_metadata(const Carried& carried, const Plan& plan) {
  const rule::Metadata& rule = plan.output.metadata;
  const auto entries = exif::read(carried.exif);
  const std::string records = iptc::records_in(carried.iptc);
  iptc::Credits credits = iptc::read(records);

  Attached attached;
  attached.exif = choose_exif(entries, plan);
  if (!rule.strip || rule.keep_iptc) attached.iptc = records;
  if (!rule.strip || rule.keep_xmp) attached.xmp = clean_xmp(carried.xmp, rule.keep_gps);

  const bool keeps_all = !rule.strip;
  std::string copyright = keeps_all || rule.keep_copyright ? copyright_of(entries, credits) : std::string();
  if (!keeps_all && !rule.keep_credit) credits.credit = credits.source = {};
  if (!rule.set_copyright.empty()) copyright = rule.set_copyright;
  if (!rule.set_credit.empty()) credits.credit = rule.set_credit;
  if (!rule.set_source.empty()) credits.source = rule.set_source;
  const bool is_set = !rule.set_copyright.empty() || !rule.set_credit.empty() || !rule.set_source.empty();
  const bool needs_packet =
      is_set || !credits.credit.empty() || !credits.source.empty() || plan.output.format == ImageFormat::tiff;
  if (attached.xmp.empty() || is_set) {
    if (needs_packet) attached.xmp = small_xmp(copyright, credits);
  }
  attached.dpi = plan.output.encoder.dpi.value_or(0);
  return attached;
}

}  // namespace calotype::engine
