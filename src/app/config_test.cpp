#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_dir.h"

namespace calotype::app {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::optional<std::string> nothing(const std::string&) { return std::nullopt; }

LoadedConfig load_text(std::string_view toml) {
  const TempDir folder;
  std::ofstream(folder / "c.toml") << toml;
  return load_config(folder / "c.toml", nothing, {});
}

TEST(LoadConfig, GivesDefaultsWithoutAnything) {
  const auto loaded = load_config("", nothing, {});

  EXPECT_THAT(loaded.findings, SizeIs(0));
  EXPECT_EQ(loaded.config.fetch_port, 8080);
}

TEST(LoadConfig, LetsTheEnvironmentBeatTheFileAndFlagsBeatBoth) {
  const TempDir folder;
  std::ofstream(folder / "c.toml") << "[fetch]\nport = 1\naddress = \"10.0.0.1\"\n[mgmt]\nport = 1\n";
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "CALOTYPE_FETCH_PORT" || name == "CALOTYPE_MGMT_PORT") return "2";
    return std::nullopt;
  };

  const auto loaded = load_config(folder / "c.toml", environment, {{"fetch.port", "3"}});

  EXPECT_THAT(loaded.findings, SizeIs(0));
  EXPECT_EQ(loaded.config.fetch_address, "10.0.0.1");
  EXPECT_EQ(loaded.config.mgmt_port, 2);
  EXPECT_EQ(loaded.config.fetch_port, 3);
}

TEST(LoadConfig, NamesTheLineOfAnUnknownKeyAndTheOneThatWasMeant) {
  const auto loaded = load_text("[fetch]\n\nprot = 80\n");

  ASSERT_THAT(loaded.findings, SizeIs(1));
  EXPECT_THAT(loaded.findings[0].where, HasSubstr("c.toml:3"));
  EXPECT_THAT(loaded.findings[0].message, HasSubstr("fetch.port"));
}

TEST(LoadConfig, RefusesWrongTypesAndRanges) {
  EXPECT_THAT(load_text("[fetch]\nport = 65536\n").findings, SizeIs(1));
  EXPECT_THAT(load_text("[fetch]\nport = \"80\"\n").findings, SizeIs(1));
  EXPECT_THAT(load_text("[fetch]\nport = 1.5\n").findings, SizeIs(1));
  EXPECT_THAT(load_text("[log]\nlevel = \"loud\"\n").findings, SizeIs(1));
  EXPECT_THAT(load_text("data = 5\n").findings, SizeIs(1));
  EXPECT_THAT(load_text("fetch = = 3\n").findings, SizeIs(1));
  EXPECT_THAT(load_config("", nothing, {{"workers.light", "many"}}).findings, SizeIs(1));
  EXPECT_THAT(load_config("/nonexistent/c.toml", nothing, {}).findings, SizeIs(1));
}

TEST(PrintConfig, IsReadBackAsItWas) {
  Config config;
  config.data = "a \"quoted\" \\ folder\n";
  config.fetch_port = 123;

  const auto loaded = load_text(print_config(config));

  EXPECT_THAT(loaded.findings, SizeIs(0));
  EXPECT_EQ(print_config(loaded.config), print_config(config));
}

TEST(Keys, HaveDefaultsWithinTheirOwnRange) {
  const TempDir folder;
  std::ofstream(folder / "c.toml") << print_config(Config{});

  EXPECT_THAT(load_config(folder / "c.toml", nothing, {}).findings, SizeIs(0));
}

TEST(Keys, AreAllInTheManual) {
  std::ifstream file(CALOTYPE_DOCS "/configuration.md");
  const std::string manual((std::istreambuf_iterator<char>(file)), {});

  EXPECT_THAT(manual, HasSubstr(config_reference())) << "paste the output of: calotype config --reference";
}

}  // namespace
}  // namespace calotype::app
