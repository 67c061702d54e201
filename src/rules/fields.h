#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule.h"
#include "rules/scalar.h"
#include "rules/value.h"

namespace calotype::rules {

/// One word of the language and what the model calls it.
template <class Enum>
struct Word {
  std::string_view name;
  Enum value;
};

/// Reads the members of a canonical object into fields of the model; a member that is absent leaves its field alone.
class Fields {
 public:
  /// Of nothing: as an empty object.
  explicit Fields(const Value* object) : object_(object) {}

  const Value* find(std::string_view key) const { return object_ == nullptr ? nullptr : object_->find(key); }
  Fields object(std::string_view key) const { return Fields(find(key)); }

  void read(std::string_view key, bool& to) const {
    if (const auto* value = find(key); value != nullptr && value->boolean() != nullptr) to = *value->boolean();
  }
  void read(std::string_view key, double& to) const {
    if (const auto* value = find(key); value != nullptr && value->number() != nullptr) to = *value->number();
  }
  void read(std::string_view key, int& to) const {
    if (const auto* value = find(key); value != nullptr && value->number() != nullptr)
      to = static_cast<int>(*value->number());
  }
  void read(std::string_view key, std::string& to) const {
    if (const auto* value = find(key); value != nullptr && value->text() != nullptr) to = *value->text();
  }
  void read(std::string_view key, rule::Length& to) const {
    if (const auto* value = find(key)) to = length_of(*value);
  }
  void read(std::string_view key, Colour& to) const {
    if (const auto* value = find(key)) to = colour_of(*value);
  }
  void read(std::string_view key, Paint& to) const {
    if (const auto* value = find(key)) to = paint_of(*value);
  }
  void read(std::string_view key, rule::Aspect& to) const {
    const auto* value = find(key);
    if (value != nullptr && value->text() != nullptr) to = parse_aspect(*value->text()).value_or(to);
  }
  template <class T>
  void read(std::string_view key, std::optional<T>& to) const {
    if (find(key) == nullptr) return;
    T value{};
    read(key, value);
    to = value;
  }
  template <class Enum>
  void read(std::string_view key, Enum& to, std::span<const Word<Enum>> words) const {
    const auto* value = find(key);
    if (value == nullptr) return;
    const auto text = value->text() != nullptr ? *value->text() : value->canonical();
    for (const auto& word : words) {
      if (word.name == text) to = word.value;
    }
  }

 private:
  const Value* object_;
};

/// "north", ...; nullopt for another word.
std::optional<Location> location_named(std::string_view word);
/// The canonical list of gravities; absent: the point of interest, then the centre.
rule::Gravities gravities_of(const Value* list);

// reader_actions.cpp
rule::Actions read_actions(const Value* list);
// reader_overlays.cpp
/// Puts what overlays take from among the watermarks behind `marks`.
std::vector<rule::Overlay> read_overlays(const Value* list, std::vector<rule::Watermark>& marks);
// reader_watermark.cpp
rule::Laying read_laying(const Fields& fields);
/// `name`: of the key that says which mark.
rule::Watermark read_watermark(const Value& mark, std::string_view name = "id");

}  // namespace calotype::rules
