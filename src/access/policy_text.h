#pragma once

#include <string>
#include <string_view>

#include "model/policy.h"

/// Policies as JSON: {"version": "2017-04-04", "statements": [{"effect", "actions", "resources"}]}.
namespace calotype::access {

/// Reads what a tenant has sent; `root` is before every pointer. Throws unprocessable (code "invalid-body") with all
/// that is wrong with it.
Statements read_policy(std::string_view text, const std::string& root);

/// Reads what was stored, which was read before. Throws internal.
Statements read_stored(std::string_view text);

/// The one spelling in which it is stored and shown.
std::string write_policy(const Statements& statements);

}  // namespace calotype::access
