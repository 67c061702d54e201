#include "rules/changes.h"

#include "rules/json_reader.h"
#include "rules/report.h"

namespace calotype::rules {

namespace {

Value read_text(const std::string& text) {
  Report report;
  auto root = read_json(text, report);
  if (!root || !report.errors.empty()) throw Error(Fault::internal, "compare rules: a document is not canonical");
  return std::move(*root);
}

/// With its policy, which the canonical form leaves out.
Value read_canonical(const Document& document) {
  auto root = read_text(document.canonical());
  auto policy = read_text(document.policy_text());
  if (!policy.object()->empty()) root.object()->insert_or_assign("policy", std::move(policy));
  return root;
}

class Comparison {
 public:
  explicit Comparison(std::size_t most) : most_(most) {}

  void compare(const std::string& pointer, const Value& from, const Value& to) {
    if (from == to) return;
    if (from.object() != nullptr && to.object() != nullptr)
      return compare_members(pointer, *from.object(), *to.object());
    if (from.array() != nullptr && to.array() != nullptr) return compare_elements(pointer, *from.array(), *to.array());
    note({.kind = Change::Kind::replace, .pointer = pointer, .before = from.canonical(), .after = to.canonical()});
  }

  std::vector<Change> take() { return std::move(found_); }

 private:
  void compare_members(const std::string& pointer, const Value::Object& from, const Value::Object& to) {
    for (const auto& [name, value] : from) {
      const auto other = to.find(name);
      if (other == to.end()) {
        note({.kind = Change::Kind::remove, .pointer = child(pointer, name), .before = value.canonical(), .after = {}});
      } else {
        compare(child(pointer, name), value, other->second);
      }
    }
    for (const auto& [name, value] : to) {
      if (from.contains(name)) continue;
      note({.kind = Change::Kind::add, .pointer = child(pointer, name), .before = {}, .after = value.canonical()});
    }
  }

  void compare_elements(const std::string& pointer, const Value::Array& from, const Value::Array& to) {
    const auto common = std::min(from.size(), to.size());
    for (std::size_t i = 0; i < common; ++i) compare(child(pointer, i), from[i], to[i]);
    // From the end, so that the places before still mean what they meant.
    for (auto i = from.size(); i-- > common;) {
      note({.kind = Change::Kind::remove, .pointer = child(pointer, i), .before = from[i].canonical(), .after = {}});
    }
    for (auto i = common; i < to.size(); ++i) {
      note({.kind = Change::Kind::add, .pointer = child(pointer, i), .before = {}, .after = to[i].canonical()});
    }
  }

  void note(Change change) {
    if (found_.size() < most_) found_.push_back(std::move(change));
  }

  std::size_t most_;
  std::vector<Change> found_;
};

}  // namespace

std::vector<Change> changes(const Document& from, const Document& to, std::size_t most) {
  Comparison comparison(most);
  comparison.compare("", read_canonical(from), read_canonical(to));
  return comparison.take();
}

}  // namespace calotype::rules
