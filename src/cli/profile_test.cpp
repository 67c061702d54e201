#include "cli/profile.h"

#include <sys/stat.h>

#include <fstream>

#include <gtest/gtest.h>

#include "core/error.h"
#include "support/temp_dir.h"

namespace calotype::cli {
namespace {

class ProfileTest : public ::testing::Test {
 protected:
  Environment environment() {
    return [this](const std::string& name) {
      if (name == "CALOTYPE_CREDENTIALS") return path();
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::string() : found->second;
    };
  }
  std::string path() { return (folder_.path() / "inner" / "credentials").string(); }
  void write(const std::string& text, mode_t mode = 0600) {
    std::filesystem::create_directories(folder_.path() / "inner");
    std::ofstream(path()) << text;
    ::chmod(path().c_str(), mode);
  }
  Profile load(const std::string& name = "", const std::map<std::string, std::string>& flags = {}) {
    return load_profile(name, flags, environment());
  }

  TempDir folder_;
  std::map<std::string, std::string> variables_;
};

TEST_F(ProfileTest, WithoutAFileIsTheServiceOnThisMachine) { EXPECT_EQ(load().url, "http://127.0.0.1:8081"); }

TEST_F(ProfileTest, FlagsGoOverTheEnvironmentAndThatOverTheFile) {
  write("[default]\nurl = http://file\ntenant = t1\n# a comment\n\n[live]\nurl=https://live\n domain =  d \n");
  EXPECT_EQ(load().url, "http://file");
  EXPECT_EQ(load("live").domain, "d");
  variables_["CALOTYPE_URL"] = "http://variable";
  EXPECT_EQ(load().url, "http://variable");
  EXPECT_EQ(load().tenant, "t1");
  EXPECT_EQ(load("", {{"url", "http://flag"}}).url, "http://flag");
  variables_["CALOTYPE_PROFILE"] = "live";
  EXPECT_EQ(load().domain, "d");
}

TEST_F(ProfileTest, AKeyFileThatIsNamedNearerReplacesTheKey) {
  write("[default]\nprivate_key = abc\n");
  const auto profile = load("", {{"private_key_file", "/k.pem"}});

  EXPECT_EQ(profile.private_key, "");
  EXPECT_EQ(profile.private_key_file, "/k.pem");
}

TEST_F(ProfileTest, SavedProfilesComeBackAndNobodyElseReadsThem) {
  Profile one;
  one.url = "https://one.example";
  one.private_key = "MIIB==";
  save_profile("one", one, environment());
  Profile two;
  two.tenant = "t";
  save_profile("two", two, environment());

  EXPECT_EQ(load("one").url, "https://one.example");
  EXPECT_EQ(load("one").private_key, "MIIB==");
  EXPECT_EQ(load("two").tenant, "t");
  struct stat found{};
  ASSERT_EQ(::stat(path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST(ProfileVariables, AreKnown) {
  EXPECT_TRUE(is_variable("CALOTYPE_PROFILE"));
  EXPECT_TRUE(is_variable("CALOTYPE_ACCESS_KEY_ID"));
  EXPECT_FALSE(is_variable("CALOTYPE_ACCESS_KEYID"));
}

TEST_F(ProfileTest, RefusesAFileThatOthersMayRead) {
  write("[default]\nurl = http://file\n", 0644);
  EXPECT_THROW(load(), Error);
}

TEST_F(ProfileTest, RefusesAnUnknownProfileAndWhatIsNoCredentialsFile) {
  EXPECT_THROW(load("nobody"), Error);
  for (const auto* text : {"url = x\n", "[a]\nnonsense\n", "[a]\ncolour = red\n", "[]\n", "[a\n"}) {
    EXPECT_THROW(parse_credentials(text), Error) << text;
  }
}

}  // namespace
}  // namespace calotype::cli
