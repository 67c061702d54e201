#pragma once

#include "api/management.h"

/// Uploads in parts: what the routes of objects do where the query names an upload.
namespace calotype::api {

Task<http::Response> begin_upload(Parts parts, Call call);
Task<http::Response> put_part(Parts parts, Call call);
Task<http::Response> list_parts(Parts parts, Call call);
Task<http::Response> complete_upload(Parts parts, Call call);
Task<http::Response> abort_upload(Parts parts, Call call);

}  // namespace calotype::api
