#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/error.h"
#include "model/client_hints.h"
#include "model/image_info.h"
#include "model/rule.h"
#include "model/rule_policy.h"

/// The rule language (docs/rules.md). Everything here is pure and thread-safe.
namespace calotype::rules {

struct Finding {
  std::string pointer;  ///< RFC 6901
  std::string code;     ///< of a closed set: finding_codes() in report.h, docs/rules.md
  std::string message;
  std::string hint;  ///< "did you mean \"width\"?"; may be empty
  bool operator==(const Finding&) const = default;
};

class Conditional;
struct Verdict;

/// The client hint that fills a parameter in where the caller gives none.
enum class Hint { width, dpr, viewport_width };

struct HintedParameter {
  std::string name;
  Hint hint = Hint::width;
};

/// A valid rule: its canonical JSON (RFC 8785, aliases resolved, defaults and what is not hashed removed; of a rule
/// with conditions, as it was written) and that text's hash. What it says beside the picture is in policy() and not in
/// these.
class Document {
 public:
  /// `policy_text` is the canonical JSON of `policy`.
  Document(std::string name, std::string canonical, rule::Policy policy = {}, std::string policy_text = "{}");

  const std::string& name() const { return name_; }  ///< the top-level `name`; may be empty
  const std::string& canonical() const { return canonical_; }
  const Digest& hash() const { return hash_; }
  const rule::Policy& policy() const { return policy_; }
  const std::string& policy_text() const { return policy_text_; }  ///< canonical JSON; "{}" where nothing is said
  const Conditional* when() const { return when_.get(); }          ///< null: it has no conditions
  const std::vector<HintedParameter>& hinted() const { return hinted_; }

 private:
  friend Verdict check(std::string_view json);

  std::string name_;
  std::string canonical_;
  Digest hash_;
  rule::Policy policy_;
  std::string policy_text_;
  std::shared_ptr<const Conditional> when_{};
  std::vector<HintedParameter> hinted_{};
};

struct Verdict {
  std::vector<Finding> errors;
  std::vector<Finding> warnings;
  std::optional<Document> document;  ///< when there are no errors
};

/// Says everything that is wrong with a rule at once (the first 200 errors). Never throws on input, whatever it is.
/// At most 64 KiB, depth 12.
Verdict check(std::string_view json);

/// As check(). Throws unprocessable (code "invalid-rule") with a Problem for each error.
Document parse(std::string_view json);

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// A rule with its parameters' values put in: snapped to their range and step, or their defaults.
struct Bound {
  Rule rule;
  std::string canonical;  ///< of the rule with its values in: two spellings of one rendering have one text
  Digest hash;
  Digest look;                            ///< of what is to be seen, whatever its size and format (look.h)
  std::vector<std::string> parameters{};  ///< the names of those that it declares
};

/// What conditions are asked about. What is not known is absent.
struct Facts {
  const ImageInfo* source = nullptr;
  std::uint64_t bytes = 0;           ///< of the original
  std::string_view user_metadata{};  ///< as Object::user_metadata
  bool takes_avif = false;
  bool takes_webp = false;
  ClientHints hints{};
};

/// What a rule's conditions ask about, beside the original.
struct Asks {
  bool accepts = false;
  bool save_data = false;
  bool dpr = false;
  bool metadata = false;
  bool parameters = false;
};

/// Which patches of a rule are put upon it: bit i, the entry i of its `when`.
using Holding = std::uint8_t;

/// Those whose conditions hold. Throws as bind() where one asks about a parameter.
Holding holding(const Document& document, const Parameters& values, const Facts& facts);

/// `values` may hold other query parameters: what the rule does not declare is left alone.
/// Throws invalid (400, code "bad-parameter") for a value of the wrong type, a missing required one, one that is given
/// twice, one out of range with snap false, and values that do not go together in the rule; unprocessable (code
/// "invalid-rule") where three patches or more do not go together.
Bound bind(const Document& document, const Parameters& values, Holding holding = 0);

/// What a rule lets its caller fill in.
struct DeclaredParameter {
  std::string name;
  std::string type;  ///< "int", "num", "bool", "enum", "len", "colour", "text", "location"
  bool is_required = false;
  bool is_signed = true;  ///< false: may be appended to a URL that is signed already
  bool operator==(const DeclaredParameter&) const = default;
};
std::vector<DeclaredParameter> declared(const Document& document);

/// JSON Schema 2020-12 of the language.
std::string json_schema();
/// The reference tables of docs/rules.md, in Markdown.
std::string reference_markdown();

}  // namespace calotype::rules
