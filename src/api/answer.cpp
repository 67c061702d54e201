#include "api/answer.h"

#include "core/encoding.h"
#include "core/error.h"

namespace calotype::api {

http::Response json_response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.fields.set("Content-Type", "application/json");
  response.fields.set("Cache-Control", "no-store");
  response.fields.set("X-Content-Type-Options", "nosniff");
  response.body = Bytes::from(std::move(body));
  return response;
}

http::Response created(const http::Request& request, std::string_view id, std::string body) {
  auto response = json_response(201, std::move(body));
  response.fields.set("Location", request.path + "/" + encode_percent(id, "/"));
  return response;
}

http::Response done(int status) {
  http::Response response;
  response.status = status;
  response.fields.set("Cache-Control", "no-store");
  response.fields.set("X-Content-Type-Options", "nosniff");
  return response;
}

Task<http::Response> source_response(Context ctx, SharedSource source, std::string content_type) {
  http::Response response;
  response.fields.set("Content-Type", std::move(content_type));
  response.fields.set("Cache-Control", "no-store");
  response.fields.set("X-Content-Type-Options", "nosniff");
  const auto size = source->size();
  const int descriptor = source->descriptor();
  if (descriptor >= 0) {
    response.body = http::FilePart{.keep = source, .descriptor = descriptor, .offset = 0, .count = size};
    co_return response;
  }
  std::string text(size, '\0');
  const auto into = std::as_writable_bytes(std::span(text));
  const auto read = co_await source->read_at(ctx, 0, into);
  if (read != size) throw Error(Fault::internal, fmt::format("read a source: {} of {} bytes came", read, size));
  response.body = Bytes::from(std::move(text));
  co_return response;
}

Task<std::string> body_text(const http::Request& request, std::uint64_t limit) {
  if (request.body == nullptr) co_return std::string();
  co_return co_await http::read_all(*request.body, limit);
}

Task<std::string> need_body_text(const http::Request& request, std::uint64_t limit, std::string attempt) {
  auto text = co_await body_text(request, limit);
  if (text.empty()) throw Error(Fault::invalid, attempt + ": the request has no body; send JSON", "no-body");
  co_return text;
}

}  // namespace calotype::api
