#include "api/placeholder.h"

#include <optional>

#include "api/problem.h"

namespace calotype::api {

namespace {

/// A browser's <img> names types of images; programs say "*/*" or nothing, and get the problem document.
bool wants_picture(const http::Request& request) {
  return request.fields.joined("Accept").find("image/") != std::string::npos;
}

/// Whether a picture may stand for it: the object or its rendition cannot be had. What is wrong with the request
/// itself, or with who asks, is told as it is.
bool is_about_picture(const Error& error) {
  switch (error.fault()) {
    case Fault::missing: return error.code() == "no-such-object" || error.code() == "not-a-picture";
    case Fault::unprocessable: return error.code() != "invalid-rule";
    case Fault::too_large:
    case Fault::unsupported:
    case Fault::throttled:
    case Fault::timed_out:
    case Fault::unavailable:
    case Fault::internal: return true;
    default: return false;
  }
}

bool is_of_load(const Error& error) {
  return error.fault() == Fault::throttled || error.fault() == Fault::timed_out || error.fault() == Fault::unavailable;
}

}  // namespace

Task<http::Response> picture_or_problem(FetchParts parts, Context ctx, const http::Request& request, Bucket bucket,
                                        delivery::Ask ask, Error error) {
  if (!is_about_picture(error)) throw Error(error);
  std::optional<delivery::Answer> answer;
  if (wants_picture(request) && bucket.placeholder != ask.object) {
    ask.object = bucket.placeholder;
    ask.known = {};
    ask.is_document = false;
    ask.page.reset();
    ask.is_kept_only = is_of_load(error);
    try {
      answer = co_await parts.delivery.deliver(ctx, std::move(ask));
    } catch (const Error&) {  // the first error is the one to tell of
    }
  }
  auto response = problem_response(ctx, as_error(ctx, std::make_exception_ptr(error)));
  auto& fields = response.fields;
  fields.set("Vary", "Accept");
  if (!answer || !answer->rendition) co_return response;
  fields.set("Content-Type", std::string(content_type_of(answer->format)));
  fields.add("Content-Disposition", "inline");
  fields.add("X-Calotype-Degraded", "placeholder");
  fields.add("X-Calotype-Error", code_of(error));
  response.body = answer->rendition->body;
  co_return response;
}

}  // namespace calotype::api
