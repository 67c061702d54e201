#pragma once

#include <string>
#include <string_view>

namespace calotype::http {

/// Where a client's request goes.
struct Url {
  bool is_secure = false;
  std::string host;    ///< in lower case; an IPv6 address without its brackets
  int port = 0;        ///< 80 or 443 where the text names none
  std::string target;  ///< path and query, as they stand in the text; "/" at least

  /// "https://example.com:8443", for messages and as a key.
  std::string origin() const;
  /// The Host field: without a port where it is the scheme's own.
  std::string authority() const;
};

/// Reads an absolute http or https URL. User information and characters that a URL must escape are refused; a fragment
/// is left out. Throws invalid.
Url parse_url(std::string_view text);

}  // namespace calotype::http
