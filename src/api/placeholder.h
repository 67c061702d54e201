#pragma once

#include <optional>

#include "api/fetch_gate.h"
#include "core/error.h"

/// A picture instead of an error, for pages that show it in an <img>.
namespace calotype::api {

/// What is answered to `ask` in place of `error`: the bucket's placeholder through the same rule, so that it has the
/// size that the page expects, with the error's status. nullopt where the bucket has none, the client wants no picture
/// (its Accept names no type of image), or the placeholder cannot be had either. Nothing is made for it while there is
/// no capacity.
Task<std::optional<http::Response>> placeholder_for(FetchParts parts, Context ctx, const http::Request& request,
                                                    Bucket bucket, delivery::Ask ask, Error error);

}  // namespace calotype::api
