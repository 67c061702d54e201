#include "rules/extends.h"

#include <utility>

#include "core/error.h"
#include "rules/json_reader.h"
#include "rules/merge.h"
#include "rules/rule_name.h"
#include "rules/version.h"

namespace calotype::rules {
namespace {

constexpr std::string_view kExtends = "extends";

/// nullopt for what is not wholly right: merging it would hide what is wrong.
std::optional<Value> read_object(std::string_view json) {
  Report report;
  auto root = read_json(json, report);
  if (!root || !report.errors.empty() || root->object() == nullptr) return std::nullopt;
  return root;
}

}  // namespace

std::optional<std::string> base_of(std::string_view json) {
  const auto root = read_object(json);
  const auto* base = root ? root->find(kExtends) : nullptr;
  if (base == nullptr || base->text() == nullptr || !read_rule_name(*base->text())) return std::nullopt;
  return *base->text();
}

std::string put_upon(std::string_view base, std::string_view json, std::string_view from) {
  auto root = read_object(base);
  auto own = read_object(json);
  if (!root || !own) throw Error(Fault::internal, "put a rule upon another: one of them cannot be read");
  if (is_old(*root)) make_modern(*root);
  for (const auto* name : {"name", "description", "version"}) root->object()->erase(name);
  own->object()->erase(std::string(kExtends));
  auto result = merged(std::move(*root), *own);
  result.object()->insert_or_assign("x-extends", Value(from));
  return result.indented();
}

}  // namespace calotype::rules
