#include "http/url.h"

#include <algorithm>
#include <charconv>

#include <boost/asio/ip/address_v6.hpp>

#include "core/error.h"
#include "http/text.h"

namespace calotype::http {

namespace {

[[noreturn]] void refuse(std::string_view why) { throw Error(Fault::invalid, "read a URL: " + std::string(why)); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_host_character(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_'; }

/// Throws invalid.
int parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535)
    refuse("the port is not one");
  return port;
}

bool is_ipv6(const std::string& text) {
  boost::system::error_code error;
  boost::asio::ip::make_address_v6(text, error);
  return !error && text.find('%') == std::string::npos;
}

/// Splits "host", "host:port", "[v6]" and "[v6]:port". Throws invalid.
void read_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos) refuse("it holds user information");
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) refuse("a bracket is not closed");
    url.host = text.substr(1, end - 1);
    if (!is_ipv6(url.host)) refuse("what stands in brackets is no IPv6 address");
    port = text.substr(end + 1);
    has_port = !port.empty();
    if (has_port && port.front() != ':') refuse("something stands behind the bracket");
    if (has_port) port.remove_prefix(1);
  } else {
    const auto colon = text.find(':');
    url.host = text.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = text.substr(colon + 1);
    std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
    if (url.host.empty() || url.host.size() > 253 || !std::all_of(url.host.begin(), url.host.end(), is_host_character))
      refuse("the host is malformed");
  }
  if (has_port) url.port = parse_port(port);
}

}  // namespace

std::string Url::origin() const { return (is_secure ? "https://" : "http://") + authority(); }

std::string Url::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  auto text = is_v6 ? "[" + host + "]" : host;
  if (port != (is_secure ? 443 : 80)) text += ":" + std::to_string(port);
  return text;
}

Url parse_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) refuse("it does not begin with http:// or https://");
  Url url;
  const auto scheme = text.substr(0, colon);
  url.is_secure = is_same_name(scheme, "https");
  if (!url.is_secure && !is_same_name(scheme, "http")) refuse("it does not begin with http:// or https://");
  url.port = url.is_secure ? 443 : 80;

  auto rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto slash = std::min(rest.find_first_of("/?"), rest.size());
  read_authority(rest.substr(0, slash), url);
  url.target = rest.substr(slash);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  const bool is_sound = std::all_of(url.target.begin(), url.target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!is_sound) refuse("its path or query holds a character that must be escaped");
  return url;
}

}  // namespace calotype::http
