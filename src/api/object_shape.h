#pragma once

#include <boost/json/object.hpp>

#include "api/management.h"
#include "model/object.h"
#include "objects/objects.h"

/// Objects as requests name them and answers show them.
namespace calotype::api {

/// The bucket of the path. Throws missing.
Task<Bucket> bucket_of(Parts parts, Context ctx, TenantId tenant, http::PathValues path);

/// {"object_id","size","md5","last_modified"}; "deleted" where it is.
boost::json::object shown(const Object& object);

/// ETag, Content-MD5, Last-Modified; x-object-expiration where it has one.
void add_headers(http::Response& response, const Object& object);

std::string etag_of(const ContentHash& content);

/// The request's body as a stream of at most `limit` bytes.
objects::ByteStream stream_of(const http::Request& request, std::uint64_t limit);

/// What If-Match asks for; nullopt where it is not there.
std::optional<objects::Expected> if_match(const http::Request& request);

}  // namespace calotype::api
