#include "api/caller.h"

namespace calotype::api {

namespace {

constexpr std::string_view kTokenParameter = "jwt";
constexpr std::string_view kKeyParameter = "AccessKeyId";
constexpr std::string_view kKeyField = "X-Access-Key-Id";
constexpr std::string_view kScheme = "bearer ";

bool starts_with_scheme(std::string_view authorization) {
  if (authorization.size() < kScheme.size()) return false;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return false;
  }
  return true;
}

}  // namespace

bool has_credentials(const http::Request& request) {
  return request.fields.has("Authorization") || request.parameter(kTokenParameter).has_value();
}

access::Credentials credentials_of(const http::Request& request) {
  const auto token = request.parameter(kTokenParameter);
  const auto key = request.parameter(kKeyParameter);
  const bool has_fields = request.fields.has("Authorization") || request.fields.has(kKeyField);
  if (!has_fields) return {.jwt = token.value_or(""), .key_id = key.value_or("")};

  // Two forms at once could be read differently by whoever stands before this service.
  if (token || key) throw access::not_proven();
  const auto authorization = request.fields.joined("Authorization");
  if (!starts_with_scheme(authorization)) throw access::not_proven();
  return {.jwt = authorization.substr(kScheme.size()), .key_id = request.fields.joined(kKeyField)};
}

access::Target target_of(const http::Request& request) {
  std::string_view path = request.path;
  if (path.starts_with(kApiPrefix)) path.remove_prefix(kApiPrefix.size());
  return {.method = request.method_text, .path = std::string(path)};
}

Task<access::Caller> caller_of(Context ctx, access::Access& access, const http::Request& request,
                               access::Surface surface) {
  const auto credentials = credentials_of(request);
  const auto target = target_of(request);
  co_return co_await access.authenticate(ctx, credentials, target, surface);
}

}  // namespace calotype::api
