#pragma once

#include <string>

#include "http/message.h"
#include "tenants/rule_book.h"

/// How rules look from outside: rule_routes.cpp, revision_routes.cpp and schema_routes.cpp.
namespace calotype::api {

/// More than a rule may have, so that what is too long is told by the language, with its pointer.
inline constexpr std::uint64_t kMaxRuleBody = 128 * 1024;

/// The rule as it was sent, with what the store knows of it in front: the language has no keys of these names.
std::string shown_rule(const StoredRule& rule);

/// {"revision": n}. Throws invalid, unprocessable.
int read_revision_body(const std::string& text, const std::string& attempt);

/// One revision's strong tag, without quotes.
std::string tag_of(const StoredRule& rule);

/// 200 with the rule and its tag.
http::Response rule_response(const StoredRule& rule);

/// [{"op":"replace","path":"/quality/default","old":80,"value":90}, ...]: a JSON Patch, and what stood there before.
std::string shown_changes(const std::vector<rules::Change>& changes);

}  // namespace calotype::api
