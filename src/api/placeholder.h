#pragma once

#include "api/fetch_gate.h"
#include "core/error.h"

/// A picture instead of an error, for pages that show it in an <img>.
namespace calotype::api {

/// Whether there is a picture for it: the rule says so, or, where it says nothing, the bucket has a placeholder.
bool may_stand_in(const rule::OnError& wish, const Bucket& bucket);

/// The answer to `ask` that failed with `error`: what the rule's onError says. The original; or a placeholder, through
/// the same rule, so that it has the size that the page expects; or, where the rule does not say, the bucket's
/// placeholder with the error's status. It is the problem document where the client wants no picture (its Accept names
/// no type of image), or there is none to show. Both vary by Accept. Nothing is made for it while there is no capacity.
/// Throws `error` where it is about the request itself, or nothing is to stand in.
Task<http::Response> picture_or_problem(FetchParts parts, Context ctx, const http::Request& request,
                                        Admission admission, delivery::Ask ask, Error error);

}  // namespace calotype::api
