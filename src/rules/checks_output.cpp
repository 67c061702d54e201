#include <array>
#include <initializer_list>

#include <fmt/format.h>

#include "rules/checks.h"
#include "rules/quality.h"

/// How well and how large the result is written.
namespace calotype::rules::checks {
namespace {

struct Level {
  std::string_view word;
  double target;
};
constexpr std::array kLevels{Level{"auto:best", 0.985}, Level{"auto:good", 0.97}, Level{"auto:eco", 0.95},
                             Level{"auto:low", 0.92}, Level{"auto", 0.97}};

bool has(const Value& body, std::string_view key) { return body.find(key) != nullptr; }

bool is_true(const Value* value) { return value != nullptr && *value == Value(true); }

/// Whether quality alone makes a file of the format smaller. A parameter is judged when it is bound.
bool has_quality(const Value& format) {
  const auto* name = format.text();
  if (name == nullptr || is_reference(format)) return true;
  for (const std::string_view other : {"png", "gif", "tiff", "json", "blurhash", "palette"}) {
    if (*name == other) return false;
  }
  return true;
}

void refuse_format(const Value& format, const Site& site) {
  if (has_quality(format)) return;
  site.report.error(child(child(site.pointer, "encoder"), "maxBytes"), code::kConflict,
                    fmt::format("\"maxBytes\" goes with jpg, webp and avif, and the format may be {}", *format.text()));
}

}  // namespace

std::optional<double> target_named(std::string_view word) {
  for (const auto& level : kLevels) {
    if (level.word == word) return level.target;
  }
  return std::nullopt;
}

void quality(const Value& body, const Site& site) {
  const auto* base = body.find("default");
  const bool may_be_measured = base != nullptr && base->text() != nullptr;  // or a parameter, judged when it is bound
  for (const std::string_view key : {"target", "min", "max"}) {
    if (!has(body, key) || may_be_measured) continue;
    site.report.error(child(site.pointer, key), code::kConflict,
                      fmt::format("\"{}\" belongs to a quality that is measured: set \"default\" to \"auto\"", key));
  }
  if (may_be_measured && has(body, "target") && *base != Value("auto") && !is_reference(*base)) {
    site.report.error(child(site.pointer, "target"), code::kConflict,
                      fmt::format("\"target\" and \"{}\" exclude each other", *base->text()));
  }
  const auto* least = body.find("min");
  const auto* most = body.find("max");
  const double from = least == nullptr ? 40 : *least->number();
  const double to = most == nullptr ? 90 : *most->number();
  if (may_be_measured && from > to) {
    site.report.error(child(site.pointer, least != nullptr ? "min" : "max"), code::kConflict,
                      fmt::format("\"min\", {}, must be at most \"max\", {}", from, to));
  }
}

void encoder(const Value& body, const Site& site) {
  if (has(body, "maxBytes")) {
    for (const std::string_view key : {"lossless", "nearLossless"}) {
      const auto* value = body.find(key);
      if (value == nullptr || *value == Value(false)) continue;
      site.report.error(child(site.pointer, "maxBytes"), code::kConflict,
                        fmt::format("\"maxBytes\" and \"{}\" exclude each other", key));
    }
  } else if (is_true(body.find("shrink"))) {
    site.report.warning(child(site.pointer, "shrink"), code::kNoEffect, "\"shrink\" needs \"maxBytes\"");
  }
}

void bytes_limit(const Value& root, const Site& site) {
  const auto* encoder = root.find("encoder");
  const auto* format = root.find("format");
  if (encoder == nullptr || !has(*encoder, "maxBytes") || format == nullptr) return;
  refuse_format(*format, site);
  if (const auto* list = format->array()) {
    for (const auto& item : *list) refuse_format(item, site);
  }
}

void spread_quality(Value& body) {
  auto& members = *body.object();
  const auto drop = [&](std::string_view name, double same) {
    const auto at = members.find(name);
    if (at != members.end() && at->second == Value(same)) members.erase(at);
  };
  const auto base = members.find("default");
  if (base != members.end() && is_reference(base->second)) return;
  const auto* word = base == members.end() ? nullptr : base->second.text();
  if (word != nullptr) {
    // Every level is a target; that of a plain "auto" is not written out.
    if (*word != "auto") members.insert_or_assign("target", Value(*target_named(*word)));
    members.insert_or_assign("default", Value("auto"));
    drop("target", *target_named("auto"));
    drop("min", 40);
    drop("max", 90);
    drop("tiff", 80);
    return;
  }
  const auto spread = spread_of(base == members.end() ? 80 : static_cast<int>(*base->second.number()));
  drop("jpg", spread.jpg);
  drop("webp", spread.webp);
  drop("avif", spread.avif);
  drop("tiff", spread.tiff);
}

}  // namespace calotype::rules::checks
