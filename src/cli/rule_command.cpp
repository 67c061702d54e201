#include "cli/rule_command.h"

#include <ostream>

#include "core/encoding.h"
#include "core/error.h"
#include "rules/language.h"

namespace calotype::cli {

namespace {

/// One byte more than a rule may have, so that a longer file gets the language's own finding.
constexpr std::size_t kMostBytes = 1 << 20;

void print_finding(std::ostream& out, std::string_view kind, const rules::Finding& finding) {
  out << kind << " at " << (finding.pointer.empty() ? "the top" : finding.pointer) << ": " << finding.message << " ["
      << finding.code << "]\n";
  if (!finding.hint.empty()) out << "      " << finding.hint << "\n";
}

std::string json_of(const std::vector<rules::Finding>& findings) {
  std::string text = "[";
  for (const auto& finding : findings) {
    text += text.size() > 1 ? ",{\"pointer\":" : "{\"pointer\":";
    append_json_string(text, finding.pointer);
    text += ",\"code\":";
    append_json_string(text, finding.code);
    text += ",\"message\":";
    append_json_string(text, finding.message);
    text += ",\"hint\":";
    append_json_string(text, finding.hint);
    text += '}';
  }
  return text + "]";
}

void print_json(std::ostream& out, const rules::Verdict& verdict) {
  out << fmt::format(R"({{"valid":{},"errors":{},"warnings":{})", verdict.errors.empty(), json_of(verdict.errors),
                     json_of(verdict.warnings));
  if (verdict.document) {
    out << fmt::format(R"(,"canonical":{},"hash":"{}")", verdict.document->canonical(), verdict.document->hash().hex());
  }
  out << "}\n";
}

void print_text(std::ostream& out, std::ostream& err, const rules::Verdict& verdict) {
  for (const auto& finding : verdict.errors) print_finding(err, "error", finding);
  for (const auto& finding : verdict.warnings) print_finding(err, "warning", finding);
  if (!verdict.document) return;
  out << "valid\ncanonical  " << verdict.document->canonical() << "\nhash       " << verdict.document->hash().hex()
      << "\n";
}

}  // namespace

Exit check_rule(const std::string& path, bool as_json, std::ostream& out, std::ostream& err) {
  const auto verdict = rules::check(read_input(path, kMostBytes));
  if (as_json) {
    print_json(out, verdict);
  } else {
    print_text(out, err, verdict);
  }
  return verdict.document ? Exit::ok : Exit::bad_rule;
}

Exit print_schema(std::ostream& out) {
  out << rules::json_schema() << "\n";
  return Exit::ok;
}

Exit print_reference(std::ostream& out) {
  out << rules::reference_markdown();
  return Exit::ok;
}

}  // namespace calotype::cli
