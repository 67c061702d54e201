#include "api/upload.h"

#include <algorithm>
#include <charconv>

#include "api/conditional.h"
#include "api/json_fields.h"
#include "api/object_shape.h"
#include "core/encoding.h"

namespace calotype::api {

namespace {

constexpr std::string_view kExpiration = "x-object-expiration";
constexpr std::string_view kDigestField = "Content-Digest";
constexpr std::string_view kMd5Field = "Content-MD5";

Error unreadable(std::string_view field) {
  return Error(Fault::invalid, fmt::format("store an object: the {} field cannot be read", field), "invalid-digest");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

void refuse_encoded(const http::Request& request) {
  const auto coding = request.fields.joined("Content-Encoding");
  if (coding.empty() || coding == "identity") return;
  throw Error(Fault::unsupported, "store an object: an encoded body is not decoded; send it as it is");
}

std::optional<std::int64_t> whole_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Signed, or as a field beside it.
std::optional<WallTime> read_expiry(const http::Request& request, JsonFields& metadata) {
  auto seconds = metadata.whole(kExpiration);
  if (request.fields.has(kExpiration)) {
    const auto beside = whole_of(request.fields.joined(kExpiration));
    if (!beside || (seconds && *seconds != *beside)) {
      metadata.add_problem(kExpiration, "must be one whole number of seconds since 1970, signed and as a field alike");
      return std::nullopt;
    }
    seconds = beside;
  }
  if (!seconds) return std::nullopt;
  // What is too far away for milliseconds is too far away for anybody: objects/fields.cpp says how far.
  constexpr std::int64_t kFar = std::int64_t{1} << 40;
  return WallTime(Seconds(std::clamp<std::int64_t>(*seconds, -kFar, kFar)));
}

std::optional<FocalPoint> read_focal(JsonFields& metadata) {
  const bool is_given = metadata.has("focal");
  auto focal = metadata.within("focal");
  if (!is_given) return std::nullopt;
  return FocalPoint{.x = focal.need_number("x"), .y = focal.need_number("y")};
}

}  // namespace

std::optional<Digest> read_content_digest(std::string_view field) {
  std::optional<Digest> digest;
  for (auto rest = field; !rest.empty();) {
    const auto item = trimmed(rest.substr(0, rest.find(',')));
    rest.remove_prefix(
        std::min(rest.size(), rest.find(',') == std::string_view::npos ? rest.size() : rest.find(',') + 1));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) throw unreadable(kDigestField);
    const auto value = item.substr(equals + 1);
    if (value.size() < 2 || value.front() != ':' || value.back() != ':') throw unreadable(kDigestField);
    if (item.substr(0, equals) != "sha-256") continue;
    const auto octets = decode_base64(value.substr(1, value.size() - 2));
    if (!octets || octets->size() != sizeof(Digest::octets)) throw unreadable(kDigestField);
    digest.emplace();
    std::copy(octets->begin(), octets->end(), digest->octets.begin());
  }
  return digest;
}

Md5 read_content_md5(std::string_view field) {
  const auto octets = decode_base64(trimmed(field));
  Md5 md5{};
  if (!octets || octets->size() != md5.size()) throw unreadable(kMd5Field);
  std::copy(octets->begin(), octets->end(), md5.begin());
  return md5;
}

objects::Announced read_announced(const http::Request& request) {
  refuse_encoded(request);
  objects::Announced announced;
  if (request.fields.has(kDigestField)) announced.sha256 = read_content_digest(request.fields.joined(kDigestField));
  if (request.fields.has(kMd5Field)) announced.md5 = read_content_md5(request.fields.joined(kMd5Field));
  if (request.body != nullptr) announced.bytes = request.body->announced();
  return announced;
}

objects::PutAsk read_put_ask(const http::Request& request, const std::string& metadata) {
  objects::PutAsk ask;
  ask.announced = read_announced(request);
  JsonFields fields(metadata, "store an object", JsonFields::Unknown::ignored, "/metadata");
  ask.name = fields.text("oid");
  ask.focal = read_focal(fields);
  ask.expires = read_expiry(request, fields);
  fields.finish();
  ask.replaces = if_match(request);
  ask.only_new = TagList::parse(request.fields.joined("If-None-Match")).any;
  return ask;
}

}  // namespace calotype::api
