#include "api/placeholder.h"

#include <algorithm>
#include <optional>

#include "api/answer.h"
#include "api/cache_control.h"
#include "api/problem.h"
#include "api/surrogate_keys.h"

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

/// Of one that load has made: there is room for the right one soon.
constexpr Seconds kLoadMaxAge{5};

/// What is shown instead.
struct Instead {
  delivery::Degraded kind = delivery::Degraded::placeholder;
  int status = 0;  ///< 0: the error's
  std::variant<Bytes, http::FilePart> body{};
  std::string type{};
};

/// What asks for the placeholder; nullopt where there is none.
std::optional<delivery::Ask> placeholder_ask(const rule::OnError& wish, const Bucket& bucket, delivery::Ask ask) {
  const auto failed = ask.object;
  const bool is_the_rules = wish.mode && wish.image;
  if (is_the_rules && !wish.image->mark.empty()) {
    ask.mark = wish.image->mark;
  } else if (is_the_rules) {
    const bool is_here = wish.image->bucket == bucket.alias || wish.image->bucket == bucket.id.text();
    if (is_here && wish.image->object == failed) return std::nullopt;
    ask.place = {.tenant = bucket.tenant.text(), .domain = bucket.domain.text(), .bucket = wish.image->bucket};
    ask.object = wish.image->object;
  } else {
    if (bucket.placeholder.empty() || bucket.placeholder == failed) return std::nullopt;
    ask.object = bucket.placeholder;
  }
  ask.known = {};
  ask.weight = 0;
  ask.is_document = false;
  ask.page.reset();
  ask.visitor.proof = delivery::Proof::own;  // it is shown to whoever may have the picture
  return ask;
}

Task<std::optional<Instead>> find_placeholder(FetchParts parts, Context ctx, rule::OnError wish, Bucket bucket,
                                              delivery::Ask ask, bool is_load) {
  auto wanted = placeholder_ask(wish, bucket, std::move(ask));
  if (!wanted) co_return std::nullopt;
  wanted->is_kept_only = is_load;
  std::optional<delivery::Answer> answer;
  try {
    answer = co_await parts.delivery.deliver(ctx, std::move(*wanted));
  } catch (const Error&) {  // the first error is the one to tell of
  }
  if (!answer || !answer->rendition) co_return std::nullopt;
  co_return Instead{.status = wish.mode ? wish.status : 0,
                    .body = answer->rendition->body,
                    .type = std::string(content_type_of(answer->format))};
}

Task<std::optional<Instead>> find_original(FetchParts parts, Context ctx, BucketId bucket, std::string object) {
  std::optional<delivery::Original> original;
  try {
    original = co_await parts.delivery.open_original(ctx, bucket, std::move(object));
  } catch (const Error&) {  // as above
  }
  if (!original || !original->object.info || is_document(original->object.info->format)) co_return std::nullopt;
  auto type = std::string(content_type_of(original->object.info->format));
  auto response = co_await source_response(ctx, std::move(original->source), std::move(type));
  co_return Instead{.kind = delivery::Degraded::original,
                    .status = 200,
                    .body = std::move(response.body),
                    .type = std::string(response.fields.get("Content-Type"))};
}

std::string varies_by(const rule::Policy& policy) {
  return policy.access.referers.empty() ? "Accept" : "Accept, Referer";
}

}  // namespace

bool may_stand_in(const rule::OnError& wish, const Bucket& bucket) {
  using Mode = rule::OnError::Mode;
  if (!wish.mode) return !bucket.placeholder.empty();
  return *wish.mode == Mode::original || *wish.mode == Mode::placeholder;
}

Task<http::Response> picture_or_problem(FetchParts parts, Context ctx, const http::Request& request,
                                        Admission admission, delivery::Ask ask, Error error) {
  if (!is_about_picture(error) || ctx.is_abandoned()) throw Error(error);
  const auto& bucket = admission.bucket;
  const auto found = co_await parts.delivery.find_policy(ctx, bucket, ask);
  const auto policy = found ? *found : rule::Policy();
  const auto& wish = policy.on_error;
  if (!may_stand_in(wish, bucket)) throw Error(error);
  // It may have failed before anybody asked whether this client may.
  const auto proof = delivery::required(policy.access, bucket.is_private);
  delivery::require_access(policy.access, proof, bucket, ask.object, ask.visitor);

  std::optional<Instead> instead;
  const bool is_load = is_of_load(error);
  const auto object = ask.object;
  if (wants_picture(request) && wish.mode == rule::OnError::Mode::original) {
    instead = co_await find_original(parts, ctx, bucket.id, object);
  } else if (wants_picture(request)) {
    instead = co_await find_placeholder(parts, ctx, wish, bucket, std::move(ask), is_load);
  }
  const auto told = as_error(ctx, std::make_exception_ptr(error));
  http::Response response;
  auto& fields = response.fields;
  if (instead && instead->status != 0) {
    response.status = instead->status;
    const auto age = is_load ? std::min(Seconds(wish.max_age), kLoadMaxAge) : Seconds(wish.max_age);
    const bool is_open = proof == rule::Access::Require::none;
    fields.add("Cache-Control", cache_control({.max_age = age}, may_be_shared(admission, is_open), admission.left));
    fields.add("X-Content-Type-Options", "nosniff");
    add_surrogate_keys(fields, bucket.id, object, std::nullopt, policy.cache.tags);
    for (const auto& [name, value] : policy.headers) fields.add(name, value);
  } else {
    response = problem_response(ctx, told);
  }
  fields.set("Vary", varies_by(policy));
  if (!instead) co_return response;
  parts.delivery.count(instead->kind);
  fields.set("Content-Type", instead->type);
  fields.add("Content-Disposition", "inline");
  fields.add("X-Calotype-Degraded", std::string(name_of(instead->kind)));
  fields.add("X-Calotype-Error", code_of(error));
  response.body = std::move(instead->body);
  co_return response;
}

}  // namespace calotype::api
