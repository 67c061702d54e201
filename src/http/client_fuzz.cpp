// What a server or a user may write at us: a response, fed in pieces, and a URL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/error.h"
#include "http/address.h"
#include "http/response_parser.h"
#include "http/url.h"

namespace calotype::http {
namespace {

void read_response(std::string_view text, std::size_t piece) {
  ResponseParser parser(4096, piece % 2 == 0);
  std::vector<std::byte> into(piece * 7 + 1);
  std::string input;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    input += text.substr(at, piece);
    while (!input.empty() && !(parser.has_head() && parser.is_done())) {
      const auto fed = parser.has_head() ? parser.feed_body(input, into) : parser.feed_head(input);
      if (fed.used > input.size() || fed.produced > into.size()) std::abort();
      if (fed.is_wrong) return;
      if (fed.used == 0 && fed.produced == 0) break;
      input.erase(0, fed.used);
    }
  }
  if (parser.has_head() && !parser.is_done()) parser.feed_end();
}

void read_url(std::string_view text) {
  try {
    const auto url = parse_url(text);
    // What is read is printed so that it reads the same.
    const auto again = parse_url(url.origin() + url.target);
    if (again.origin() != url.origin() || again.target != url.target || again.host != url.host) std::abort();
    is_public_address(url.host);
  } catch (const Error& error) {
    if (error.fault() != Fault::invalid) std::abort();
  }
}

}  // namespace
}  // namespace calotype::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  calotype::http::read_response(text, data[0] % 64U + 1);
  calotype::http::read_url(text);
  return 0;
}
