#include "api/rule_shape.h"

#include <boost/json.hpp>

#include "api/answer.h"

namespace calotype::api {

namespace json = boost::json;

namespace {

std::string_view op_of(rules::Change::Kind kind) {
  switch (kind) {
    case rules::Change::Kind::add: return "add";
    case rules::Change::Kind::remove: return "remove";
    case rules::Change::Kind::replace: return "replace";
  }
  return "";
}

}  // namespace

std::string shown_rule(const StoredRule& rule) {
  auto members = json::parse(rule.body).as_object();
  json::object known{{"id", rule.id.text()}, {"revision", rule.revision}, {"hash", rule.hash.hex()}};
  // A revision may leave out the name that its rule has.
  if (!members.contains("name")) known["name"] = rule.name;
  auto text = json::serialize(known);
  if (members.empty()) return text;
  text.back() = ',';
  text += std::string_view(rule.body).substr(rule.body.find('{') + 1);
  return text;
}

std::string tag_of(const StoredRule& rule) { return fmt::format("{}-{}", rule.id.text(), rule.revision); }

http::Response rule_response(const StoredRule& rule) {
  auto response = json_response(200, shown_rule(rule));
  response.fields.set("ETag", fmt::format("\"{}\"", tag_of(rule)));
  return response;
}

std::string shown_changes(const std::vector<rules::Change>& changes) {
  json::array all;
  for (const auto& change : changes) {
    json::object one{{"op", op_of(change.kind)}, {"path", change.pointer}};
    if (!change.before.empty()) one["old"] = json::parse(change.before);
    if (!change.after.empty()) one["value"] = json::parse(change.after);
    all.push_back(std::move(one));
  }
  return json::serialize(all);
}

}  // namespace calotype::api
