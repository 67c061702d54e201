#pragma once

#include <string>
#include <string_view>

#include "model/rule_policy.h"

namespace calotype::api {

/// "c.jpg" of "a/b/c.jpg".
std::string_view last_segment(std::string_view object);

/// A Content-Disposition (RFC 6266) that proposes a name. `kind` is "inline" or "attachment".
std::string disposition(std::string_view kind, std::string_view name);

/// The one that a rule wants for a rendition of an object; `ending` is its format's.
std::string disposition(const rule::Disposition& wanted, std::string_view object, std::string_view ending);

}  // namespace calotype::api
