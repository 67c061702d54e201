#include "cli/command.h"

#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "core/error.h"
#include "support/temp_dir.h"

namespace calotype::cli {
namespace {

const Command& find(const std::vector<Command>& all, const std::string& noun, const std::string& verb) {
  for (const auto& command : all) {
    if (command.noun == noun && command.verb == verb) return command;
  }
  throw std::out_of_range(noun + " " + verb);
}

class CommandTest : public ::testing::Test {
 protected:
  Ask ask(const std::string& noun, const std::string& verb, const std::map<std::string, std::string>& given) {
    Words words;
    for (const auto& [name, value] : given) words.add(name, value);
    return ask_of(find(all_, noun, verb), words, profile_);
  }
  std::string file(const std::string& text) {
    const auto path = folder_.path() / "file";
    std::ofstream(path) << text;
    return path.string();
  }

  std::vector<Command> all_ = remote_commands();
  Profile profile_{.tenant = "t", .domain = "news paper", .bucket = "b"};
  TempDir folder_;
};

TEST_F(CommandTest, FillsPathAndBody) {
  const auto made = ask("bucket", "create", {{"NAME", "shop"}, {"--statics", "false"}, {"--max-age", "60"}});

  EXPECT_EQ(made.path, "/tenants/t/domains/news%20paper/buckets");
  EXPECT_EQ(made.body.text(), R"({"name":"shop","statics":false,"cache":{"max_age":60}})");
  EXPECT_EQ(made.fields.get("Content-Type"), "application/json");
}

TEST_F(CommandTest, SignsArgumentsInTheMetadata) {
  const auto made = ask("object", "rm", {{"OBJECT", "a b/c.jpg"}, {"--force", "true"}});

  EXPECT_EQ(made.path, "/tenants/t/domains/news%20paper/buckets/b/objects/a%20b/c.jpg");
  EXPECT_EQ(made.metadata, R"({"oid":"a b/c.jpg","force":true})");
  EXPECT_TRUE(made.body.empty());
}

TEST_F(CommandTest, MergesAFileWithWhatFlagsSay) {
  const auto made = ask("rule", "create", {{"FILE", file(R"({"format":"jpg","name":"a"})")}, {"--name", "b"}});

  EXPECT_EQ(made.body.text(), R"({"format":"jpg","name":"b"})");
}

TEST_F(CommandTest, RefusesWordsThatCannotBeRead) {
  EXPECT_THROW(ask("bucket", "create", {{"NAME", "x"}, {"--max-age", "1d"}}), Error);
  EXPECT_THROW(ask("bucket", "create", {{"NAME", "x"}, {"--statics", "maybe"}}), Error);
  EXPECT_THROW(ask("rule", "create", {{"FILE", file("[1]")}}), Error);
  EXPECT_THROW(ask("rule", "create", {{"FILE", file("{")}}), Error);
  EXPECT_THROW(ask("rule", "create", {{"FILE", "/nowhere/at/all"}}), Error);
}

TEST_F(CommandTest, SaysWhichFlagIsMissing) {
  profile_.bucket.clear();
  try {
    ask("object", "restore", {{"OBJECT", "a"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("--bucket"), std::string::npos) << error.what();
  }
}

TEST_F(CommandTest, EveryRowIsWhole) {
  std::set<std::string> seen;
  for (const auto& command : all_) {
    const std::string name = std::string(command.noun) + " " + command.verb;
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_NE(command.run != nullptr, *command.path != '\0') << name;
    for (const auto& word : command.words) {
      EXPECT_STRNE(word.name, "--json") << name;
      EXPECT_STRNE(word.name, "--profile") << name;
      for (const auto& setting : settings()) EXPECT_NE(word.name, flag_of(setting)) << name;
    }
    // Each {WORD} of the path is a required word of the row.
    for (std::string_view rest = command.path; rest.find('{') != std::string_view::npos;) {
      const auto open = rest.find('{');
      const std::string word(rest.substr(open + 1, rest.find('}') - open - 1));
      rest.remove_prefix(rest.find('}') + 1);
      if (word == "tenant" || word == "domain" || word == "bucket") continue;
      const bool is_there = std::any_of(command.words.begin(), command.words.end(),
                                        [&](const Word& one) { return one.name == word && one.is_required; });
      EXPECT_TRUE(is_there) << name << " " << word;
    }
  }
}

TEST(Words, NumbersHaveBounds) {
  Words words;
  words.add("--jobs", "65");

  EXPECT_EQ(words.number("--part-size", 16, 5, 1000), 16);
  EXPECT_THROW(words.number("--jobs", 4, 1, 64), Error);
}

TEST(ErrorOf, KeepsWhatTheProblemSays) {
  const auto error = error_of("POST /x", 422, {},
                              R"({"detail":"no","code":"invalid-body","request_id":"r1",
                                  "errors":[{"pointer":"/a","detail":"d","hint":"h"}]})");

  EXPECT_EQ(error.fault(), Fault::unprocessable);
  EXPECT_EQ(error.code(), "invalid-body");
  EXPECT_STREQ(error.what(), "POST /x: 422 no (request r1)");
  ASSERT_EQ(error.problems().size(), 1U);
  EXPECT_EQ(error.problems()[0], (Problem{"/a", "d", "h"}));
}

TEST(ErrorOf, ManagesWithoutAProblem) {
  http::Fields fields;
  fields.add("X-Request-Id", "r2");

  EXPECT_STREQ(error_of("GET /x", 502, fields, "<html>").what(),
               "GET /x: 502 the service gives no reason (request r2)");
}

}  // namespace
}  // namespace calotype::cli
