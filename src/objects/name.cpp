#include "core/encoding.h"
#include "objects/objects.h"

namespace calotype::objects {

namespace {

constexpr std::size_t kMaxName = 1024;

bool has_control(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto octet = static_cast<unsigned char>(name[i]);
    if (octet < 0x20 || octet == 0x7f) return true;
    // U+0080..U+009F, the second set of control characters.
    if (octet == 0xc2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) < 0xa0) return true;
  }
  return false;
}

}  // namespace

std::string fault_of_name(std::string_view name) {
  if (name.empty()) return "must not be empty";
  if (name.size() > kMaxName) return fmt::format("must be at most {} bytes", kMaxName);
  if (!is_utf8(name)) return "must be UTF-8";
  if (has_control(name)) return "must hold no control characters";
  for (std::size_t at = 0; at <= name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    const auto segment = name.substr(at, end - at);
    if (segment.empty()) return "must have no empty segment between slashes";
    if (segment == "." || segment == "..") return "must have no segment \".\" or \"..\"";
    at = end + 1;
  }
  return {};
}

std::string made_name(const std::optional<Digest>& seed) {
  auto uuid = Uuid::random();
  if (seed) {
    std::copy_n(seed->octets.begin(), uuid.octets.size(), uuid.octets.begin());
    // Version 8, of the variant that RFC 9562 describes: what a maker makes of its own.
    uuid.octets[6] = static_cast<std::uint8_t>((uuid.octets[6] & 0x0f) | 0x80);
    uuid.octets[8] = static_cast<std::uint8_t>((uuid.octets[8] & 0x3f) | 0x80);
  }
  const auto text = uuid.text();
  return text.substr(0, 2) + "/" + text;
}

}  // namespace calotype::objects
