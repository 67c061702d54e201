#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/vocabulary.h"

namespace calotype::rules {

/// The values of a rule's parameters, in canonical form.
using Bindings = std::map<std::string, Value, std::less<>>;

/// Walks a value along its description: reports everything that is wrong, and makes the canonical form of what is
/// right.
class Walker {
 public:
  /// A "$name" and the type of the place where it stands.
  struct Reference {
    std::string pointer;
    std::string name;
    const Type* type;
  };

  /// With bindings, "$name" is replaced by its value; without, it is kept and noted in references().
  /// `is_old`: the rule says that it is of 2016 or 2017.
  explicit Walker(Report& report, const Bindings* bindings = nullptr, bool is_old = false)
      : report_(report), bindings_(bindings), is_old_(is_old) {}

  /// The canonical form; null where the value means the same as nothing; nullopt when something is wrong with it.
  std::optional<Value> walk(const Type& type, const Value& value, const std::string& pointer);

  /// Leaves defaults in what walk() returns: for the test that compares them with the model's.
  void keep_defaults() { keeps_defaults_ = true; }

  const std::vector<Reference>& references() const { return references_; }

 private:
  std::optional<Value> walk_main(const Type& type, const Value& value, const std::string& pointer);
  std::optional<Value> walk_object(const Type& type, const Value& value, const std::string& pointer);
  std::optional<Value> walk_map(const Type& type, const Value& value, const std::string& pointer);
  std::optional<Value> walk_patch(const Type& type, const Value& value, const std::string& pointer);
  std::optional<Value> walk_array(const Type& type, const Value& value, const std::string& pointer);
  std::optional<Value> walk_number(const Type& type, double number, const std::string& pointer);
  std::optional<Value> walk_length(const Type& type, const Value& value, const std::string& pointer);
  std::optional<Value> walk_choice(const Type& type, const Value& value, const std::string& pointer);
  std::optional<Value> walk_text(const Type& type, const std::string& text, const std::string& pointer);
  /// A member or an element, where "$name" may stand or not.
  std::optional<Value> walk_place(const Type& type, bool takes_reference, const Value& value,
                                  const std::string& pointer);
  void unknown_key(const Type& type, std::string_view name, const std::string& pointer);
  std::nullopt_t bad(const std::string& pointer, std::string_view code, const Type& type, const std::string& got);

  Report& report_;
  const Bindings* bindings_;
  bool is_old_;
  bool keeps_defaults_ = false;
  std::vector<Reference> references_;
};

}  // namespace calotype::rules
