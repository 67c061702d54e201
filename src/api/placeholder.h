#pragma once

#include "api/fetch_gate.h"
#include "core/error.h"

/// A picture instead of an error, for pages that show it in an <img>.
namespace calotype::api {

/// The answer to `ask` that failed with `error`, in a bucket that has a placeholder: that through the same rule, so
/// that it has the size that the page expects, with the error's status; or the problem document, where the client wants
/// no picture (its Accept names no type of image), or the placeholder cannot be had either. Both vary by Accept.
/// Nothing is made for it while there is no capacity. Throws `error` where it is about the request itself.
Task<http::Response> picture_or_problem(FetchParts parts, Context ctx, const http::Request& request, Bucket bucket,
                                        delivery::Ask ask, Error error);

}  // namespace calotype::api
