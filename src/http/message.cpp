#include "http/message.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/error.h"
#include "http/text.h"

namespace calotype::http {

namespace {

std::string decode_query(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  auto plain = decode_percent(spaced);
  if (!plain || !is_utf8(*plain)) throw Error(Fault::invalid, "read the query: a bad escape");
  return std::move(*plain);
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::del: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: return "other";
  }
  return "other";
}

void Fields::set(std::string name, std::string value) {
  std::erase_if(all_, [&](const auto& field) { return is_same_name(field.first, name); });
  add(std::move(name), std::move(value));
}

std::string_view Fields::get(std::string_view name) const {
  for (const auto& field : all_) {
    if (is_same_name(field.first, name)) return field.second;
  }
  return {};
}

bool Fields::has(std::string_view name) const {
  return std::any_of(all_.begin(), all_.end(), [&](const auto& field) { return is_same_name(field.first, name); });
}

std::string Fields::joined(std::string_view name) const {
  std::string text;
  for (const auto& field : all_) {
    if (!is_same_name(field.first, name)) continue;
    if (!text.empty()) text += ", ";
    text += field.second;
  }
  return text;
}

Task<std::string> read_all(BodyReader& body, std::uint64_t limit) {
  body.limit(limit);
  std::string all;
  if (const auto size = body.announced(); size && *size <= limit) all.reserve(static_cast<std::size_t>(*size));
  std::vector<std::byte> piece(16 * 1024);
  for (;;) {
    const std::size_t count = co_await body.read(piece);
    if (count == 0) break;
    all.append(reinterpret_cast<const char*>(piece.data()), count);
  }
  co_return all;
}

std::vector<std::pair<std::string, std::string>> Request::parameters() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (std::string_view rest = query; !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    all.emplace_back(decode_query(pair.substr(0, equals)), decode_query(value));
  }
  return all;
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  std::optional<std::string> found;
  for (auto& [key, value] : parameters()) {
    if (key != name) continue;
    if (found) throw Error(Fault::invalid, "read the query: a parameter is repeated");
    found = std::move(value);
  }
  return found;
}

std::uint64_t Response::body_size() const {
  if (const auto* bytes = std::get_if<Bytes>(&body)) return bytes->size();
  return std::get<FilePart>(body).count;
}

}  // namespace calotype::http
