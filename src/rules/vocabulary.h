#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/report.h"
#include "rules/value.h"

/// The one description of the language: every key with its type, range, default and a sentence. The validating walk
/// (walker.h), the JSON Schema (schema.cpp), the reference table (reference.cpp) and the test that compares them with
/// the typed reader (reader.h) all come from it.
namespace calotype::rules {

struct Type;
using TypePtr = std::shared_ptr<const Type>;

enum class Kind {
  boolean,
  integer,
  number,
  length,  ///< pixels as 20 or "20px", or a percentage "5%"
  choice,
  colour,
  paint,   ///< a colour, or one that is taken from the picture
  aspect,  ///< "16:9"
  text,
  mark,    ///< the name of a watermark
  scalar,  ///< a value of a parameter: its own type decides
  array,
  object,
  map,     ///< an object whose names are the author's
  patch,   ///< a part of a rule, looked at where it is put upon one
  either,  ///< one of `forms`
};

/// One word of a closed set. A name of digits alone may also be written as a number.
struct Choice {
  std::string_view name;
  std::string_view doc = {};
  std::vector<std::string_view> aliases = {};
};

/// A shorter way to write a value. `expand` gets the canonical short form and returns the canonical long one; null: as
/// if the key were absent.
struct Form {
  TypePtr type;
  Value (*expand)(Value) = nullptr;
  bool takes_reference = false;  ///< "$name" may stand here
};

struct Traits {
  std::optional<Value> fallback = std::nullopt;  ///< the default, in canonical form
  bool diamond = false;                          ///< takes "$name"
  bool required = false;
  bool original = false;  ///< known to the language of 2016
  bool modern = false;    ///< refused in a rule that says it is of 2016 or 2017
  bool unhashed = false;  ///< not part of the canonical form
};

/// A name that ends in ".*" stands for all names that begin with what is before the star.
struct Key {
  std::string_view name;
  TypePtr type;
  Traits traits;
  std::string_view doc;
};

/// Where a cross-field check stands.
struct Site {
  std::string pointer;
  Report& report;
};

struct Type {
  Kind kind = Kind::boolean;
  std::string_view name = {};  ///< of a shared type, for the schema's $defs and the reference; may be empty
  double min = 0;              ///< of a number or of pixels; of characters in a text; of elements in an array
  double max = 0;
  double min_percent = 0;                       ///< of a length
  double max_percent = 0;                       ///< 0: no percentages
  std::string_view pattern = {};                ///< of a text, or of the names in a map: for the schema
  bool (*matches)(std::string_view) = nullptr;  ///< of a text: the same in code
  std::vector<Choice> choices = {};
  std::vector<Key> keys = {};
  bool is_closed = false;       ///< not even x- keys
  bool has_unique = false;      ///< an array's elements differ, and their order means nothing
  bool has_references = false;  ///< an array's elements may be "$name"
  TypePtr element = {};
  std::vector<Form> forms = {};
  /// Looks at the value as it was sent, before it is walked.
  void (*precheck)(const Value&, const Site&) = nullptr;
  /// Looks at what the walk made of it, when that had no errors.
  void (*check)(const Value&, const Site&) = nullptr;
  /// Looks at a name in a map.
  void (*check_name)(std::string_view, const Site&) = nullptr;
  /// Brings equal meanings to one form, before defaults are removed.
  void (*normalise)(Value&) = nullptr;
};

/// The whole rule.
const Type& rule_type();
/// The words of `format` that are formats, and the bodies of actions: for reference.cpp and checks.cpp.
const Type& action_type();

/// Where in the fixed pipeline an action stands; after the last for another name.
std::size_t pipeline_place(std::string_view action);

const Key* find_key(const Type& type, std::string_view name);
bool is_open(const Key& key);  ///< its name ends in a star
const Choice* find_choice(const Type& type, std::string_view word);
/// What may stand here, in words: "a whole number from 1 to 16384".
std::string describe(const Type& type);
/// "$name" with a name as parameters may have.
bool is_reference(const Value& value);
bool is_parameter_name(std::string_view name);
/// A key that is passed over: "x-anything".
bool is_extension(std::string_view name);
/// Whether a choice is written as a number, as 420 is.
bool is_digits(std::string_view text);

/// Which way of writing `value` uses: `main` is the type itself, else one of its forms. Neither: no way fits.
struct Spelling {
  bool is_main = false;
  const Form* form = nullptr;
};
Spelling spelling_of(const Type& type, const Value& value);

// ---- for building the description ----

TypePtr boolean();
TypePtr only_true();
TypePtr integer(double min, double max);
TypePtr number(double min, double max);
TypePtr choice(std::vector<Choice> choices);
TypePtr array_of(TypePtr element, double min, double max);
TypePtr object_of(std::vector<Key> keys);
TypePtr make(Type type);

// vocabulary_shared.cpp
TypePtr px();  ///< 1..16384
TypePtr px_from_zero();
TypePtr len();  ///< up to 100 %
TypePtr len_to_400();
TypePtr offset();  ///< may be negative
TypePtr offset_from_zero();
TypePtr unit();
TypePtr colour();
TypePtr paint();
TypePtr aspect();
TypePtr location();
TypePtr gravity();
TypePtr area();
TypePtr parameters();
Value default_gravity();
std::vector<Choice> location_choices();

// vocabulary_actions.cpp
TypePtr actions();
/// Without those that come before everything else.
TypePtr later_actions();
TypePtr blur_areas();
TypePtr pixelate_areas();

// vocabulary_output.cpp
TypePtr format();
TypePtr quality();
TypePtr encoder();
TypePtr animation();
TypePtr metadata();
TypePtr source();

// vocabulary_laying.cpp
/// `is_original`: those that were keys of a watermark in 2016 are known to that language.
std::vector<Key> laying_keys(bool is_original);

// vocabulary_watermark.cpp
TypePtr watermark();

// vocabulary_overlays.cpp
TypePtr overlays();

// vocabulary_policy.cpp
TypePtr policy();

// vocabulary_when.cpp
inline constexpr std::size_t kMostPatches = 8;
TypePtr condition();
TypePtr when();

}  // namespace calotype::rules
