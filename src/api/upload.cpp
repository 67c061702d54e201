#include "api/upload.h"

#include "api/json_fields.h"
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

void refuse_what_is_not_offered(const http::Request& request) {
  if (request.parameter("uploads") || request.parameter("uploadId")) {
    throw Error(Fault::missing, "start a multipart upload: this server does not offer them", "not-offered");
  }
  const auto coding = request.fields.joined("Content-Encoding");
  if (!coding.empty() && coding != "identity") {
    throw Error(Fault::unsupported, "store an object: an encoded body is not decoded; send it as it is");
  }
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

objects::PutAsk read_put_ask(const http::Request& request, const std::string& metadata) {
  refuse_what_is_not_offered(request);
  JsonFields fields(metadata, "store an object", JsonFields::Unknown::ignored, "/metadata");
  objects::PutAsk ask;
  ask.name = fields.text("oid");
  ask.focal = read_focal(fields);
  if (fields.has(kExpiration) || request.fields.has(kExpiration)) {
    fields.add_problem(kExpiration, "objects do not expire on this server", "leave it out, and delete the object");
  }
  fields.finish();

  if (request.fields.has(kDigestField)) ask.sha256 = read_content_digest(request.fields.joined(kDigestField));
  if (request.fields.has(kMd5Field)) ask.md5 = read_content_md5(request.fields.joined(kMd5Field));
  if (request.body != nullptr) ask.announced = request.body->announced();
  return ask;
}

}  // namespace calotype::api
