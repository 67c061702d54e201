#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/language.h"
#include "rules/when.h"

namespace {

using namespace calotype;
using namespace calotype::rules;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Every parameter that the rule declares, each with a part of the fuzzer's own text.
Parameters values_for(const Document& document, std::string_view text) {
  Parameters values;
  for (const auto& parameter : declared(document)) {
    const auto length = std::min<std::size_t>(text.size(), 12);
    values.emplace_back(parameter.name, std::string(text.substr(0, length)));
    text.remove_prefix(length);
  }
  return values;
}

/// Refused values are as good as bound ones; anything but Fault::invalid is a bug.
void try_bind(const Document& document, const Parameters& values, Holding holding = 0) {
  try {
    const auto bound = rules::bind(document, values, holding);
    const auto again = check(bound.canonical);
    require(again.document.has_value());
    require(again.document->canonical() == bound.canonical);
    require(bind(*again.document, {}).rule == bound.rule);
  } catch (const Error& error) {
    require(error.fault() == Fault::invalid);
  }
}

/// Whatever the facts are, conditions are decided; and a rule was checked with each of its patches and with all.
void try_patches(const Document& document, std::string_view text) {
  ImageInfo info{.size = {.width = static_cast<int>(text.size()), .height = 40}};
  const Facts facts{.source = &info, .bytes = text.size(), .user_metadata = text, .takes_webp = true};
  try {
    holding(document, values_for(document, text), facts);
  } catch (const Error& error) {
    require(error.fault() == Fault::invalid);
  }
  for (unsigned patch = 0; patch < 8; ++patch) try_bind(document, {}, static_cast<Holding>(1U << patch));
  try_bind(document, {}, 0xff);
}

}  // namespace

/// check() never throws; a valid rule's canonical form and that of its policy are their own; bind() binds or refuses.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto verdict = check(text);
  require(verdict.document.has_value() == verdict.errors.empty());
  if (!verdict.document) return 0;
  const auto again = check(verdict.document->canonical());
  require(again.document.has_value());
  require(again.document->canonical() == verdict.document->canonical());
  require(again.document->hash() == verdict.document->hash());
  const auto policy = check(R"({"policy":)" + verdict.document->policy_text() + "}");
  require(policy.document.has_value());
  require(policy.document->policy() == verdict.document->policy());
  try_bind(*verdict.document, {});
  try_bind(*verdict.document, values_for(*verdict.document, text));
  if (verdict.document->when() != nullptr) try_patches(*verdict.document, text);
  return 0;
}
