#pragma once

#include <string>

#include "http/message.h"
#include "ports/object_index.h"

/// Pages of listings: what a request asks for, and the tokens between pages. Pure.
namespace calotype::api {

struct ObjectListAsk {
  ListAsk ask;
  std::string scope;  ///< what its tokens are good for
};

/// prefix, delimiter, max-keys, continuation-token, start-date, end-date, show-recoverable, list-backup.
/// Throws unprocessable with pointers to the parameters ("/max-keys"); invalid for a query that cannot be read.
ObjectListAsk read_list_ask(const http::Request& request, BucketId bucket);

/// A whole number of the query; nullopt where it is absent. Throws unprocessable unless it is `least` to `most`.
std::optional<std::int64_t> whole_parameter(const http::Request& request, std::string_view name, std::int64_t least,
                                            std::int64_t most);

/// Where a page ended, for the client to carry: opaque, and good for the same listing only.
std::string make_token(const std::string& scope, const std::string& place);
/// Throws unprocessable for what this did not make, or made for another listing.
std::string read_page_token(const std::string& scope, const std::string& token);

}  // namespace calotype::api
