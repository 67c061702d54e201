#pragma once

#include <string>

#include "api/management.h"

namespace calotype::api {

/// A rule's text with what it `extends`, a rule of the domain that the caller may read: what is stored needs no other
/// rule any more. Texts without `extends`, and those that are wrong, are given back as they are.
/// Throws: unprocessable (code "invalid-rule", /extends), denied.
Task<std::string> with_base(Parts parts, Call call, Domain domain, std::string body);

}  // namespace calotype::api
