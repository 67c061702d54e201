#include "api/listing.h"

#include <charconv>
#include <limits>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/error.h"

namespace calotype::api {

namespace {

constexpr std::size_t kMostPrefix = 1024;
constexpr std::size_t kMostDelimiter = 16;
constexpr std::int64_t kMostKeys = 1000;
constexpr std::int64_t kLatestSecond = 253'402'300'799;  ///< the end of the year 9999
constexpr std::size_t kCheckOctets = 8;

[[noreturn]] void refuse(std::string_view name, std::string detail) {
  throw Error(Fault::unprocessable, fmt::format("list: the parameter {} cannot be used", name), "invalid-parameter",
              {{.pointer = fmt::format("/{}", name), .detail = std::move(detail), .hint = ""}});
}

std::string text_parameter(const http::Request& request, std::string_view name, std::size_t most) {
  auto text = request.parameter(name).value_or("");
  if (text.size() > most) refuse(name, fmt::format("must be at most {} bytes", most));
  return text;
}

bool flag_parameter(const http::Request& request, std::string_view name) {
  const auto text = request.parameter(name);
  if (!text || *text == "false" || *text == "0") return false;
  if (text->empty() || *text == "true" || *text == "1") return true;
  refuse(name, "must be true or false");
}

std::optional<WallTime> time_parameter(const http::Request& request, std::string_view name) {
  const auto seconds = whole_parameter(request, name, 0, kLatestSecond);
  if (!seconds) return std::nullopt;
  return WallTime(Seconds(*seconds));
}

std::string check_of(const std::string& scope, std::string_view place) {
  const auto digest = Digest::of(fmt::format("{}\n{}{}", scope.size(), scope, place));
  return std::string(reinterpret_cast<const char*>(digest.octets.data()), kCheckOctets);
}

}  // namespace

std::optional<std::int64_t> whole_parameter(const http::Request& request, std::string_view name, std::int64_t least,
                                            std::int64_t most) {
  const auto text = request.parameter(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stopped != end || text->empty() || value < least || value > most) {
    refuse(name, most == std::numeric_limits<std::int64_t>::max()
                     ? fmt::format("must be a whole number from {}", least)
                     : fmt::format("must be a whole number from {} to {}", least, most));
  }
  return value;
}

ObjectListAsk read_list_ask(const http::Request& request, BucketId bucket) {
  ListAsk ask{.bucket = bucket};
  ask.prefix = text_parameter(request, "prefix", kMostPrefix);
  ask.delimiter = text_parameter(request, "delimiter", kMostDelimiter);
  ask.most = static_cast<std::size_t>(whole_parameter(request, "max-keys", 1, kMostKeys).value_or(kMostKeys));
  ask.from = time_parameter(request, "start-date");
  ask.until = time_parameter(request, "end-date");
  if (ask.from && ask.until && *ask.until < *ask.from) refuse("end-date", "must not lie before start-date");
  // What a backup holds is all that can be brought back: this store keeps what was removed beside the rest.
  const bool is_backup = flag_parameter(request, "list-backup");
  ask.shows_deleted = flag_parameter(request, "show-recoverable") || is_backup;
  auto scope =
      fmt::format("objects {} {} {}", bucket.text(), encode_base64url(ask.prefix), encode_base64url(ask.delimiter));
  const auto token = request.parameter("continuation-token");
  if (token) ask.after = read_page_token(scope, *token);
  return {.ask = std::move(ask), .scope = std::move(scope)};
}

std::string make_token(const std::string& scope, const std::string& place) {
  return encode_base64url(check_of(scope, place) + place);
}

std::string read_page_token(const std::string& scope, const std::string& token) {
  const auto octets = decode_base64url(token);
  if (!octets || octets->size() < kCheckOctets ||
      octets->substr(0, kCheckOctets) != check_of(scope, octets->substr(kCheckOctets))) {
    refuse("continuation-token", "is none of this listing");
  }
  return octets->substr(kCheckOctets);
}

}  // namespace calotype::api
