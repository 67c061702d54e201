#include "api/disposition.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/encoding.h"

namespace calotype::api {

std::string disposition(std::string_view kind, std::string_view object, std::string_view ending) {
  std::string name(object.substr(object.rfind('/') + 1));
  if (!ending.empty()) {
    const auto dot = name.rfind('.');
    if (dot != std::string::npos && dot > 0) name.resize(dot);
    name += '.';
    name += ending;
  }
  // For clients that read no filename*: what could end the quoted string, or is not ASCII, is an underscore.
  auto plain = name;
  std::ranges::replace_if(plain, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%'; }, '_');
  auto text = fmt::format("{}; filename=\"{}\"", kind, plain);
  if (plain != name) text += "; filename*=UTF-8''" + encode_percent(name);
  return text;
}

}  // namespace calotype::api
