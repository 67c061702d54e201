#include <array>

#include "rules/fields.h"
#include "rules/reader.h"

namespace calotype::rules {
namespace {

using rule::Policy;

std::vector<std::string> texts_of(const Value* list) {
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  for (const auto& item : *list->array()) texts.push_back(*item.text());
  return texts;
}

/// Beyond what an int holds.
void read_large(const Fields& fields, std::string_view key, std::optional<std::int64_t>& to) {
  if (const auto* value = fields.find(key)) to = static_cast<std::int64_t>(*value->number());
}

rule::Access read_access(const Fields& fields) {
  using Require = rule::Access::Require;
  static constexpr std::array kRequires{Word{"none", Require::none}, Word{"signature", Require::signature},
                                        Word{"jwt", Require::jwt}};
  rule::Access to;
  if (fields.find("require") != nullptr) fields.read<Require>("require", to.require.emplace(), kRequires);
  to.buckets = texts_of(fields.find("buckets"));
  to.prefixes = texts_of(fields.find("prefixes"));
  to.referers = texts_of(fields.find("referers"));
  return to;
}

rule::Caching read_cache(const Fields& fields) {
  using Store = rule::Caching::Store;
  static constexpr std::array kStores{Word{"always", Store::always}, Word{"second-hit", Store::second_hit},
                                      Word{"never", Store::never}};
  rule::Caching to;
  fields.read("maxAge", to.max_age);
  fields.read("sMaxAge", to.s_max_age);
  fields.read("swr", to.swr);
  fields.read("sie", to.sie);
  fields.read<Store>("store", to.store, kStores);
  to.tags = texts_of(fields.find("tags"));
  return to;
}

rule::PolicyLimits read_limits(const Fields& fields) {
  rule::PolicyLimits to;
  read_large(fields, "sourcePixels", to.source_pixels);
  read_large(fields, "outputPixels", to.output_pixels);
  fields.read("frames", to.frames);
  read_large(fields, "bytes", to.bytes);
  fields.read("cost", to.cost);
  return to;
}

rule::StandIn stand_in_of(std::string_view text) {
  static constexpr std::string_view kObject = "object:";
  if (!text.starts_with(kObject)) return {.mark = parse_mark(text).value_or(std::string()), .bucket = {}, .object = {}};
  text.remove_prefix(kObject.size());
  const auto slash = text.find('/');
  return {.mark = {}, .bucket = std::string(text.substr(0, slash)), .object = std::string(text.substr(slash + 1))};
}

rule::OnError read_on_error(const Fields& fields) {
  using Mode = rule::OnError::Mode;
  static constexpr std::array kModes{Word{"fail", Mode::fail}, Word{"original", Mode::original},
                                     Word{"placeholder", Mode::placeholder}, Word{"lastGood", Mode::last_good}};
  rule::OnError to;
  if (fields.find("mode") != nullptr) fields.read<Mode>("mode", to.mode.emplace(), kModes);
  if (const auto* image = fields.find("image")) to.image = stand_in_of(*image->text());
  fields.read("status", to.status);
  fields.read("maxAge", to.max_age);
  return to;
}

rule::Disposition read_disposition(const Fields& fields) {
  using Type = rule::Disposition::Type;
  static constexpr std::array kTypes{Word{"inline", Type::inlined}, Word{"attachment", Type::attachment}};
  rule::Disposition to;
  fields.read<Type>("type", to.type, kTypes);
  fields.read("filename", to.filename);
  return to;
}

}  // namespace

Policy read_policy(const Value& canonical) {
  static constexpr std::array kPrewarms{Word{"none", Policy::Prewarm::none}, Word{"upload", Policy::Prewarm::upload},
                                        Word{"publish", Policy::Prewarm::publish}};
  static constexpr std::array kAsyncs{Word{"auto", Policy::Async::automatic}, Word{"never", Policy::Async::never},
                                      Word{"always", Policy::Async::always}};
  const Fields fields(&canonical);
  Policy to;
  to.access = read_access(fields.object("access"));
  to.cache = read_cache(fields.object("cache"));
  fields.read<Policy::Prewarm>("prewarm", to.prewarm, kPrewarms);
  fields.read<Policy::Async>("async", to.async, kAsyncs);
  to.limits = read_limits(fields.object("limits"));
  to.on_error = read_on_error(fields.object("onError"));
  to.disposition = read_disposition(fields.object("disposition"));
  if (const auto* headers = fields.find("headers")) {
    for (const auto& [name, value] : *headers->object()) to.headers.emplace_back(name, *value.text());
  }
  return to;
}

}  // namespace calotype::rules
