#pragma once

#include <string>
#include <string_view>

namespace calotype::api {

/// A Content-Disposition (RFC 6266) that proposes the last segment of an object's name; `ending` replaces the one
/// that it has ("" keeps it). `kind` is "inline" or "attachment".
std::string disposition(std::string_view kind, std::string_view object, std::string_view ending);

}  // namespace calotype::api
