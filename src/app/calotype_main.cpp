// The program: which command, with which words, and how it ends.

#include <malloc.h>

#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/command_line.h"
#include "cli/transform_command.h"
#include "core/error.h"
#include "telemetry/log.h"

namespace calotype::app {
namespace {

int code_of(cli::Exit exit) { return static_cast<int>(exit); }

void print_error(const Error& error) {
  std::cerr << "calotype: " << error.what() << "\n";
  for (const auto& problem : error.problems()) {
    std::cerr << "  at " << (problem.pointer.empty() ? "the top" : problem.pointer) << ": " << problem.detail;
    if (!problem.hint.empty()) std::cerr << " (" << problem.hint << ")";
    std::cerr << "\n";
  }
}

void build(CLI::App& app, Chosen& chosen) {
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "help of every command");
  add_service_commands(app, chosen);
  add_offline_commands(app, chosen);
  add_api_commands(app, chosen);
  add_remote_commands(app, chosen);
  app.add_subcommand("version", "print the version")->callback([&chosen] {
    chosen = [] {
      std::cout << "calotype " << CALOTYPE_VERSION << "\n";
      return 0;
    };
  });
}

int run(int count, char** words) {
  CLI::App app{"Calotype: keeps originals and serves any rendition of them, by URL."};
  Chosen chosen;
  build(app, chosen);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : code_of(cli::Exit::usage);
  }
  try {
    return chosen();
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
