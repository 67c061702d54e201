// What an owner may say of an object, and what of it is wrong.
#include "core/encoding.h"
#include "objects/metadata.h"
#include "objects/objects.h"

namespace calotype::objects {

namespace {

/// The end of the year 9999: later dates cannot be written.
constexpr WallTime kLatest{Seconds(253'402'300'799)};

bool is_key(std::string_view text) {
  const auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !text.empty() && text.size() <= kMostKeyBytes && std::ranges::all_of(text, is_good);
}

std::string pointer_to(const std::string& key) {
  std::string pointer = "/";
  for (const char c : key) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return pointer;
}

}  // namespace

std::string fault_of_expiry(WallTime expires, WallTime now) {
  if (expires <= now) return "must lie in the future";
  return expires > kLatest ? "must lie before the year 10000" : "";
}

std::vector<Problem> problems_of(const PutAsk& ask, WallTime now) {
  std::vector<Problem> problems;
  const auto add = [&](std::string pointer, std::string detail) {
    if (!detail.empty()) problems.push_back({.pointer = std::move(pointer), .detail = std::move(detail), .hint = ""});
  };
  if (ask.name) add("/metadata/oid", fault_of_name(*ask.name));
  if (ask.focal && !(ask.focal->x >= 0 && ask.focal->x <= 1)) add("/metadata/focal/x", "must be 0 to 1");
  if (ask.focal && !(ask.focal->y >= 0 && ask.focal->y <= 1)) add("/metadata/focal/y", "must be 0 to 1");
  if (ask.expires) add("/metadata/x-object-expiration", fault_of_expiry(*ask.expires, now));
  return problems;
}

std::vector<Problem> problems_of(const Metadata& metadata, WallTime now) {
  std::vector<Problem> problems;
  const auto add = [&](std::string pointer, std::string detail) {
    problems.push_back({.pointer = std::move(pointer), .detail = std::move(detail), .hint = ""});
  };
  if (metadata.expires) {
    auto fault = fault_of_expiry(*metadata.expires, now);
    if (!fault.empty()) add("/x-object-expiration", std::move(fault));
  }
  std::size_t bytes = 0;
  for (const auto& [key, value] : metadata.user) {
    bytes += key.size() + value.size();
    if (!is_key(key)) {
      add(pointer_to(key),
          fmt::format("names are of a-z, A-Z, 0-9, \".\", \"_\" and \"-\", at most {}", kMostKeyBytes));
    }
    if (value.size() > kMostValueBytes) add(pointer_to(key), fmt::format("must be at most {} bytes", kMostValueBytes));
    if (!is_utf8(value)) add(pointer_to(key), "must be UTF-8");
  }
  if (metadata.user.size() > kMostKeys) add("", fmt::format("must have at most {} members", kMostKeys));
  if (bytes > kMostBytes) add("", fmt::format("must be at most {} bytes in all", kMostBytes));
  return problems;
}

std::string text_of(const std::map<std::string, std::string>& user) {
  if (user.empty()) return {};
  std::string text;
  for (const auto& [key, value] : user) {
    text += text.empty() ? '{' : ',';
    append_json_string(text, key);
    text += ':';
    append_json_string(text, value);
  }
  return text + "}";
}

}  // namespace calotype::objects
