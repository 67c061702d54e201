#include "api/document_routes.h"

#include "api/openapi_text.h"
#include "api/preconditions.h"
#include "core/digest.h"

namespace calotype::api {

namespace {

constexpr std::string_view kText = kOpenApi.front().second;

Task<http::Response> give_document(Context ctx, http::Request& request, http::PathValues) {
  static const std::string tag = Digest::of(kText).hex();
  http::Response response;
  response.fields.set("ETag", fmt::format("\"{}\"", tag));
  response.fields.set("Cache-Control", "public, max-age=300");
  response.fields.set("X-Content-Type-Options", "nosniff");
  const auto precondition = evaluate(request.fields, {.tag = tag, .modified = {}}, {});
  if (precondition == Precondition::failed) co_return precondition_failed(ctx.request_id);
  if (precondition == Precondition::not_modified) {
    response.status = 304;
    co_return response;
  }
  response.fields.set("Content-Type", "application/yaml");
  response.body = Bytes(nullptr, std::as_bytes(std::span(kText)));
  co_return response;
}

}  // namespace

std::string_view document_text() { return kText; }

std::vector<http::Route> document_routes() {
  return {{.method = http::Method::get,
           .pattern = "/openapi.yaml",
           .name = "get_document",
           .handle = [](Context ctx, http::Request& request, http::PathValues path) {
             return give_document(std::move(ctx), request, std::move(path));
           }}};
}

}  // namespace calotype::api
