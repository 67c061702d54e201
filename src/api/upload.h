#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "objects/objects.h"

/// From an upload's head to what the store is asked: pure.
namespace calotype::api {

/// Reads the signed metadata (`oid`, `focal`, `x-object-expiration`, which may also be a field), the digests that were
/// announced, and the preconditions. Throws unprocessable with pointers, invalid (a digest that cannot be read),
/// unsupported (an encoded body).
objects::PutAsk read_put_ask(const http::Request& request, const std::string& metadata);

/// The length and the digests that were announced. Throws invalid, unsupported.
objects::Announced read_announced(const http::Request& request);

/// The SHA-256 of a Content-Digest field (RFC 9530); nullopt where it names other algorithms only. Throws invalid.
std::optional<Digest> read_content_digest(std::string_view field);

/// A Content-MD5 field (RFC 1864). Throws invalid.
Md5 read_content_md5(std::string_view field);

}  // namespace calotype::api
