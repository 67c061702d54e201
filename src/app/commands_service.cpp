#include <iostream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/command_line.h"
#include "app/config.h"
#include "app/serve.h"
#include "cli/files.h"
#include "telemetry/log.h"

namespace calotype::app {

namespace {

int usage() { return static_cast<int>(cli::Exit::usage); }

/// The flags of a command that reads the configuration.
struct ConfigWords {
  std::string file;
  std::map<std::string, std::string> texts;  ///< by key

  void add_to(CLI::App& command) {
    command.add_option("--config", file, "TOML file")->type_name("FILE");
    for (const auto& key : keys()) {
      const auto flag = key.flag();
      if (flag == "--config") continue;
      const auto take = [this, name = std::string(key.name)](const std::string& text) { texts[name] = text; };
      command.add_option_function<std::string>(flag, take, std::string(key.doc))->type_name("VALUE");
    }
  }
  LoadedConfig load() const { return load_config(file, process_environment(), texts); }
};

/// Prints what is wrong; false when there is anything.
bool is_usable(const LoadedConfig& loaded) {
  for (const auto& finding : loaded.findings)
    std::cerr << "calotype: " << finding.where << ": " << finding.message << "\n";
  return loaded.findings.empty();
}

void start_log(const Config& config) {
  static const std::map<std::string, telemetry::Level> kLevels{{"debug", telemetry::Level::debug},
                                                               {"info", telemetry::Level::info},
                                                               {"warning", telemetry::Level::warning},
                                                               {"error", telemetry::Level::error}};
  telemetry::configure_log(kLevels.at(config.log_level),
                           config.log_format == "text" ? telemetry::LogFormat::text : telemetry::LogFormat::json);
}

int run_serve(const ConfigWords& words) {
  const auto loaded = words.load();
  if (!is_usable(loaded)) return usage();
  start_log(loaded.config);
  for (const auto& name : unknown_variables())
    telemetry::log(telemetry::Level::warning, "unknown_variable", {{"name", name}});
  return serve(loaded.config, std::cout);
}

struct ConfigCommand {
  ConfigWords words;
  bool checks = false;
  bool prints = false;
  bool refers = false;

  int run() const {
    if (refers) {
      std::cout << config_reference();
      return 0;
    }
    const auto loaded = words.load();
    for (const auto& name : unknown_variables()) {
      std::cerr << "calotype: warning: environment " << name << ": no such key\n";
    }
    if (!is_usable(loaded)) return usage();
    if (prints) std::cout << print_config(loaded.config);
    if (checks) std::cout << "the configuration is good\n";
    return 0;
  }
};

}  // namespace

void add_service_commands(CLI::App& app, Chosen& chosen) {
  auto& serve_app = *app.add_subcommand("serve", "run the service");
  const auto serve_words = std::make_shared<ConfigWords>();
  serve_words->add_to(serve_app);
  serve_app.callback([serve_words, &chosen] { chosen = [serve_words] { return run_serve(*serve_words); }; });

  auto& config_app = *app.add_subcommand("config", "check or print the configuration of serve");
  const auto command = std::make_shared<ConfigCommand>();
  command->words.add_to(config_app);
  auto& what = *config_app.add_option_group("what");
  what.add_flag("--check", command->checks, "exit 0 when it is good, else list what is wrong and exit 2");
  what.add_flag("--print", command->prints, "print the effective values as TOML");
  what.add_flag("--reference", command->refers, "print the table of all keys");
  what.require_option(1, 0);
  config_app.callback([command, &chosen] { chosen = [command] { return command->run(); }; });
}

}  // namespace calotype::app
