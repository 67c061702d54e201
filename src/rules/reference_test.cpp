#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "rules/report.h"
#include "rules/vocabulary.h"

namespace calotype::rules {
namespace {

constexpr std::string_view kBegin = "<!-- reference:begin -->\n";
constexpr std::string_view kEnd = "<!-- reference:end -->";

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Reference, IsWhatTheDocumentationHolds) {
  const auto text = read_file(CALOTYPE_DOCS_DIR "/rules.md");
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto section = text.substr(begin + kBegin.size(), end - begin - kBegin.size());

  EXPECT_TRUE(section == reference_markdown()) << "docs/rules.md is not what the description of the language says:\n"
                                                  "put the output of `calotype rule reference` between its markers";
}

TEST(Reference, NamesEveryActionAndEveryTopLevelKey) {
  const auto text = reference_markdown();

  for (const auto& key : action_type().keys)
    EXPECT_NE(text.find(fmt::format("\n#### {}\n", key.name)), std::string::npos) << key.name;
  for (const auto& key : rule_type().keys)
    EXPECT_NE(text.find(fmt::format("| `{}`", key.name)), std::string::npos) << key.name;
}

TEST(Reference, NamesEveryCode) {
  std::set<std::string_view> codes;
  for (const auto& entry : finding_codes()) {
    EXPECT_TRUE(codes.insert(entry.code).second) << entry.code;
    EXPECT_NE(reference_markdown().find(fmt::format("| `{}` |", entry.code)), std::string::npos) << entry.code;
  }
}

}  // namespace
}  // namespace calotype::rules
