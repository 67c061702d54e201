#include "access/url_signature.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/encoding.h"

namespace calotype::access {

namespace {

using Pairs = std::vector<std::string_view>;

Pairs pairs_of(std::string_view query) {
  Pairs pairs;
  while (true) {
    const auto end = query.find('&');
    pairs.push_back(query.substr(0, end));
    if (end == std::string_view::npos) return pairs;
    query.remove_prefix(end + 1);
  }
}

std::string_view name_of(std::string_view pair) { return pair.substr(0, pair.find('=')); }

/// The value of what is there once; nullopt otherwise.
std::optional<std::string_view> only(const Pairs& pairs, std::string_view name) {
  std::optional<std::string_view> value;
  for (const auto pair : pairs) {
    if (name_of(pair) != name) continue;
    if (value || pair.size() == name.size()) return std::nullopt;
    value = pair.substr(name.size() + 1);
  }
  return value;
}

std::optional<WallTime> read_time(std::string_view text) {
  constexpr std::size_t kMostDigits = 12;  // in seconds: the year 33658
  std::int64_t seconds = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  if (read.ec != std::errc() || read.ptr != end || seconds < 0 || text.size() > kMostDigits) return std::nullopt;
  return WallTime(Seconds(seconds));
}

std::optional<Digest> read_mac(std::string_view text) {
  const auto octets = decode_base64url(text);
  Digest mac;
  if (!octets || octets->size() != mac.octets.size()) return std::nullopt;
  std::copy(octets->begin(), octets->end(), mac.octets.begin());
  return mac;
}

std::string signed_text(const SignedRequest& request, Pairs pairs) {
  std::erase_if(pairs, [](std::string_view pair) { return name_of(pair) == "sig"; });
  std::sort(pairs.begin(), pairs.end());
  auto text = "GET\n" + request.host + "\n" + request.path + "\n";
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i > 0) text += '&';
    text += pairs[i];
  }
  return text;
}

}  // namespace

bool has_signature(std::string_view query) {
  const auto pairs = pairs_of(query);
  return std::any_of(pairs.begin(), pairs.end(), [](std::string_view pair) { return name_of(pair) == "sig"; });
}

std::optional<UrlSignature> read_signature(const SignedRequest& request) {
  const auto pairs = pairs_of(request.query);
  const auto exp = only(pairs, "exp");
  const auto kid = only(pairs, "kid");
  const auto sig = only(pairs, "sig");
  if (!exp || !kid || !sig) return std::nullopt;
  const auto expires = read_time(*exp);
  const auto key = SigningKeyId::parse(*kid);
  const auto mac = read_mac(*sig);
  if (!expires || !key || !mac) return std::nullopt;
  return UrlSignature{.key = *key, .expires = *expires, .mac = *mac, .text = signed_text(request, pairs)};
}

}  // namespace calotype::access
