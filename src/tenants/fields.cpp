#include "tenants/fields.h"

#include "core/encoding.h"
#include "core/id.h"
#include "model/image_info.h"

namespace calotype::tenants {

namespace {

constexpr std::size_t kMaxAlias = 64;
constexpr std::size_t kMaxLabel = 200;
constexpr std::size_t kMaxEmail = 254;

bool is_alias_start(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alias_part(char c) { return is_alias_start(c) || c == '.' || c == '_' || c == '-'; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// What a mail server may take: the check that matters is a mail that arrives.
bool is_email(const std::string& text) {
  const auto at = text.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) return false;
  if (text.size() > kMaxEmail || text.find('@', at + 1) != std::string::npos || !is_utf8(text)) return false;
  return std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) || c == ' '; });
}

constexpr std::size_t kMaxTypes = 64;
constexpr std::size_t kMaxType = 127;  ///< of each half: RFC 6838, 4.2

bool is_token(std::string_view text) {
  const auto is_part = [](char c) {
    return is_alias_start(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kMaxType && is_alias_start(text.front()) &&
         std::all_of(text.begin(), text.end(), is_part);
}

bool is_type(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto subtype = text.substr(slash + 1);
  return is_token(text.substr(0, slash)) && (subtype == "*" || is_token(subtype));
}

}  // namespace

bool is_alias(std::string_view text) {
  return !text.empty() && text.size() <= kMaxAlias && is_alias_start(text.front()) &&
         std::all_of(text.begin(), text.end(), is_alias_part) && !Uuid::parse(text);
}

void FieldCheck::require(bool is_good, std::string pointer, std::string detail, std::string hint) {
  if (is_good) return;
  problems_.push_back({.pointer = std::move(pointer), .detail = std::move(detail), .hint = std::move(hint)});
}

void FieldCheck::require_alias(const std::string& value, const std::string& pointer) {
  std::string lower = value;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '-' : c;
  });
  require(is_alias(value), pointer,
          "must begin with a-z or 0-9, go on with a-z, 0-9, \".\", \"_\" or \"-\", be at most 64 long, and be no UUID",
          is_alias(lower) ? fmt::format("did you mean \"{}\"?", lower) : "");
}

void FieldCheck::require_label(const std::string& value, const std::string& pointer) {
  const bool is_good = !value.empty() && value.size() <= kMaxLabel && is_utf8(value) &&
                       std::none_of(value.begin(), value.end(), is_control);
  require(is_good, pointer, fmt::format("must be text of 1 to {} bytes without control characters", kMaxLabel));
}

void FieldCheck::require_email(const std::string& value, const std::string& pointer) {
  require(is_email(value), pointer, "must be an e-mail address");
}

void FieldCheck::require_status(const std::string& value, const std::string& pointer) {
  require(value == "active", pointer, "must be \"active\"");
}

std::vector<std::string> FieldCheck::require_types(const std::vector<std::string>& values, const std::string& pointer) {
  require(values.size() <= kMaxTypes, pointer, fmt::format("must be {} types at most", kMaxTypes));
  std::vector<std::string> types;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto format = format_named(values[i]);
    const auto type = format ? std::string(content_type_of(*format)) : values[i];
    require(is_type(type), fmt::format("{}/{}", pointer, i),
            "must be a content type in lower case, such as \"image/gif\" or \"video/*\", or a format's name");
    types.push_back(type);
  }
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

void FieldCheck::finish() const {
  if (problems_.empty()) return;
  throw Error(Fault::unprocessable, attempt_ + ": a field cannot be used", "invalid-body", problems_);
}

}  // namespace calotype::tenants
