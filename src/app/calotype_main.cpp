// The program: which command, with which words, and how it ends.

#include <malloc.h>

#include <exception>
#include <iostream>
#include <map>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/config.h"
#include "app/parts.h"
#include "app/run_now.h"
#include "app/serve.h"
#include "cli/rule_command.h"
#include "cli/transform_command.h"
#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::app {
namespace {

/// For commands that render one picture: nobody else waits.
constexpr Milliseconds kCommandPatience{60'000};
constexpr std::int64_t kCommandJobMegabytes = 2'000;

int code_of(cli::Exit exit) { return static_cast<int>(exit); }

/// "name=value" -> its halves. Throws invalid.
std::pair<std::string, std::string> split(const std::string& word, const char* flag) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) throw Error(Fault::invalid, fmt::format("read {} {}: write NAME=VALUE", flag, word));
  return {word.substr(0, equals), word.substr(equals + 1)};
}

void print_error(const Error& error) {
  std::cerr << "calotype: " << error.what() << "\n";
  for (const auto& problem : error.problems()) {
    std::cerr << "  at " << (problem.pointer.empty() ? "the top" : problem.pointer) << ": " << problem.detail;
    if (!problem.hint.empty()) std::cerr << " (" << problem.hint << ")";
    std::cerr << "\n";
  }
}

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
  if (!is_usable(loaded)) return code_of(cli::Exit::usage);
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
    if (!is_usable(loaded)) return code_of(cli::Exit::usage);
    if (prints) std::cout << print_config(loaded.config);
    if (checks) std::cout << "the configuration is good\n";
    return 0;
  }
};

/// Runs a command that needs pixels, on workers of its own.
template <class Command>
int run_with_engine(const std::string& worker, Command command) {
  Config config;
  config.worker = worker;
  config.light_workers = 1;
  config.queue_wait_ms = kCommandPatience.count();
  config.job_deadline_ms = kCommandPatience.count();
  config.job_megabytes = kCommandJobMegabytes;
  telemetry::configure_log(telemetry::Level::error, telemetry::LogFormat::text);
  telemetry::Metrics metrics;
  workers::WorkerPool engine(pool_options(config), metrics);
  const Context ctx{.deadline = std::chrono::steady_clock::now() + 3 * kCommandPatience, .request_id = "command"};
  return code_of(run_now(command(ctx, engine)));
}

struct TransformWords {
  cli::TransformOptions options;
  std::string worker;
  std::vector<std::string> parameters;
  std::vector<std::string> watermarks;

  void add_to(CLI::App& command) {
    command.add_option("IN", options.in, "the picture; - for standard input")->required();
    command.add_option("OUT", options.out, "what is written; - for standard output")->required();
    command.add_option("--rule", options.rule, "the rule's file")->required();
    command.add_option("--param", parameters, "NAME=VALUE of a free parameter; may be repeated")
        ->allow_extra_args(false);
    command.add_option("--accept", options.accept, "as a browser's Accept header, for rules that negotiate");
    command.add_option("--watermark", watermarks, "ID=FILE of a watermark (=FILE: the default one); may be repeated")
        ->allow_extra_args(false);
    command.add_flag("--explain", options.explains, "print the plan on standard error");
    command.add_option("--worker", worker, "path of calotype-worker; default: beside this program");
  }
  int run() {
    for (const auto& word : parameters) options.parameters.push_back(split(word, "--param"));
    for (const auto& word : watermarks) options.watermarks.push_back(split(word, "--watermark"));
    return run_with_engine(worker, [this](Context ctx, ImageEngine& engine) {
      return cli::transform_picture(std::move(ctx), options, engine, std::cerr);
    });
  }
};

struct Program {
  CLI::App app{"Calotype: keeps originals and serves any rendition of them, by URL."};
  ConfigWords serve_words;
  ConfigCommand config_command;
  TransformWords transform_words;
  std::string picture;
  std::string worker;
  std::string rule;
  bool as_json = false;
  std::function<int()> chosen;

  Program() {
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "help of every command");

    auto& serve_app = *app.add_subcommand("serve", "run the service");
    serve_words.add_to(serve_app);
    serve_app.callback([this] { chosen = [this] { return run_serve(serve_words); }; });

    auto& config_app = *app.add_subcommand("config", "check or print the configuration of serve");
    config_command.words.add_to(config_app);
    auto& what = *config_app.add_option_group("what");
    what.add_flag("--check", config_command.checks, "exit 0 when it is good, else list what is wrong and exit 2");
    what.add_flag("--print", config_command.prints, "print the effective values as TOML");
    what.add_flag("--reference", config_command.refers, "print the table of all keys");
    what.require_option(1, 0);
    config_app.callback([this] { chosen = [this] { return config_command.run(); }; });

    auto& transform_app = *app.add_subcommand("transform", "render one picture by a rule");
    transform_words.add_to(transform_app);
    transform_app.footer("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad rule, 4 bad picture.");
    transform_app.callback([this] { chosen = [this] { return transform_words.run(); }; });

    auto& info_app = *app.add_subcommand("info", "print what the header of a picture says");
    info_app.add_option("IN", picture, "the picture; - for standard input")->required();
    info_app.add_option("--worker", worker, "path of calotype-worker; default: beside this program");
    info_app.callback([this] { chosen = [this] { return run_info(); }; });

    add_rule_commands(*app.add_subcommand("rule", "check rules, and describe their language"));
    app.add_subcommand("version", "print the version")->callback([this] { chosen = [] { return print_version(); }; });
  }

  void add_rule_commands(CLI::App& rule_app) {
    rule_app.require_subcommand(1);
    auto& check = *rule_app.add_subcommand("check", "print everything that is wrong with a rule");
    check.add_option("FILE", rule, "the rule; - for standard input")->required();
    check.add_flag("--json", as_json, "for machines");
    check.callback(
        [this] { chosen = [this] { return code_of(cli::check_rule(rule, as_json, std::cout, std::cerr)); }; });
    rule_app.add_subcommand("schema", "print the JSON Schema of the language")->callback([this] {
      chosen = [] { return code_of(cli::print_schema(std::cout)); };
    });
    rule_app.add_subcommand("reference", "print the tables of docs/rules.md")->callback([this] {
      chosen = [] { return code_of(cli::print_reference(std::cout)); };
    });
  }

  int run_info() {
    return run_with_engine(worker, [this](Context ctx, ImageEngine& engine) {
      return cli::print_info(std::move(ctx), picture, engine, std::cout);
    });
  }

  static int print_version() {
    std::cout << "calotype " << CALOTYPE_VERSION << "\n";
    return 0;
  }
};

int run(int count, char** words) {
  Program program;
  try {
    program.app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return program.app.exit(error) == 0 ? 0 : code_of(cli::Exit::usage);
  }
  try {
    return program.chosen();
  } catch (const Error& error) {
    telemetry::flush_log();
    print_error(error);
    return code_of(error.fault() == Fault::invalid ? cli::Exit::usage : cli::exit_of(error));
  } catch (const std::exception& error) {
    telemetry::flush_log();
    std::cerr << "calotype: " << error.what() << "\n";
    return code_of(cli::Exit::failed);
  }
}

}  // namespace
}  // namespace calotype::app

int main(int count, char** words) {
  // Many arenas of glibc's keep what one thread freed from all others; with two, memory stays where it is after a
  // burst.
  ::mallopt(M_ARENA_MAX, 2);
  const int code = calotype::app::run(count, words);
  std::cout << std::flush;
  calotype::telemetry::flush_log();
  return code;
}
