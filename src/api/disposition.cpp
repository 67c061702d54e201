#include "api/disposition.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/encoding.h"

namespace calotype::api {

std::string_view last_segment(std::string_view object) { return object.substr(object.rfind('/') + 1); }

std::string disposition(std::string_view kind, std::string_view name) {
  // For clients that read no filename*: what could end the quoted string, or is not ASCII, is an underscore.
  std::string plain(name);
  std::ranges::replace_if(plain, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%'; }, '_');
  auto text = fmt::format("{}; filename=\"{}\"", kind, plain);
  if (plain != name) text += "; filename*=UTF-8''" + encode_percent(name);
  return text;
}

std::string disposition(const rule::Disposition& wanted, std::string_view object, std::string_view ending) {
  auto stem = last_segment(object);
  const auto dot = stem.rfind('.');
  if (dot != std::string_view::npos && dot > 0) stem = stem.substr(0, dot);
  std::string name;
  for (std::string_view rest = wanted.filename; !rest.empty();) {
    static constexpr std::string_view kName = "{name}";
    static constexpr std::string_view kEnding = "{ext}";
    if (rest.starts_with(kName)) {
      name += stem;
      rest.remove_prefix(kName.size());
    } else if (rest.starts_with(kEnding)) {
      name += ending;
      rest.remove_prefix(kEnding.size());
    } else {
      name += rest.front();
      rest.remove_prefix(1);
    }
  }
  return disposition(wanted.type == rule::Disposition::Type::attachment ? "attachment" : "inline", name);
}

}  // namespace calotype::api
