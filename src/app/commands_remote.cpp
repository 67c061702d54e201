// The commands that ask a service: their flags and completion are made of the table in src/cli.
#include <unistd.h>

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/command_line.h"
#include "app/run_now.h"
#include "cli/completion.h"
#include "cli/remote.h"
#include "core/error.h"

namespace calotype::app {

namespace {

constexpr const char* kExits =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad rule, 5 not allowed, 6 not found, 7 conflict, 8 input "
    "rejected, "
    "9 service not reachable or busy.";

struct RemoteWords {
  cli::RemoteFlags flags;
  cli::Words words;

  void add_common(CLI::App& app) {
    app.add_option("--profile", flags.profile, "of the credentials file; default: default")->group("Service");
    for (const auto& setting : cli::settings()) {
      if (setting.is_secret) continue;
      const auto take = [this, key = std::string(setting.key)](const std::string& text) { flags.settings[key] = text; };
      app.add_option_function<std::string>(cli::flag_of(setting), take, setting.doc)
          ->group("Service")
          ->type_name("TEXT");
    }
    app.add_flag("--json", flags.as_json, "what the service said, for machines");
  }

  void add(CLI::App& app, const cli::Word& word) {
    const std::string name = word.name;
    if (word.kind == cli::Word::Kind::flag) {
      app.add_flag_callback(name, [this, name] { words.add(name, "true"); }, word.doc);
      return;
    }
    CLI::Option* option = nullptr;
    if (word.kind == cli::Word::Kind::list) {
      const auto take = [this, name](const std::vector<std::string>& all) {
        for (const auto& one : all) words.add(name, one);
      };
      option = app.add_option_function<std::vector<std::string>>(name, take, word.doc)->allow_extra_args(false);
    } else {
      option = app.add_option_function<std::string>(
          name, [this, name](const std::string& text) { words.add(name, text); }, word.doc);
    }
    option->type_name(word.kind == cli::Word::Kind::number ? "NUMBER" : name.starts_with("--") ? "TEXT" : "");
    if (word.is_required) option->required();
  }
};

CLI::App& noun_of(CLI::App& app, const std::string& noun) {
  for (auto* known : app.get_subcommands([](CLI::App*) { return true; })) {
    if (known->get_name() == noun) return *known;
  }
  auto& made = *app.add_subcommand(noun, "commands about " + (noun == "policy" ? "policies" : noun + "s"));
  made.require_subcommand(1);
  return made;
}

void print_problem(const Error& error) {
  std::cerr << "calotype: " << error.what() << "\n";
  for (const auto& problem : error.problems()) {
    std::cerr << "  at " << (problem.pointer.empty() ? "the top" : problem.pointer) << ": " << problem.detail;
    if (!problem.hint.empty()) std::cerr << " (" << problem.hint << ")";
    std::cerr << "\n";
  }
}

/// Runs what asks a service, and gives the exit code that its failure has.
int run_asking(const std::function<void()>& work) {
  try {
    work();
    return 0;
  } catch (const Error& error) {
    print_problem(error);
    return static_cast<int>(cli::remote_exit_of(error));
  }
}

void add_command(CLI::App& app, const cli::Command& command, Chosen& chosen) {
  auto& verb = *noun_of(app, command.noun).add_subcommand(command.verb, command.doc);
  const auto words = std::make_shared<RemoteWords>();
  for (const auto& word : command.words) words->add(verb, word);
  words->add_common(verb);
  verb.footer(kExits);
  verb.callback([words, command, &chosen] {
    chosen = [words, command] {
      return run_asking([&] { run_now(cli::run_remote(words->flags, command, words->words, std::cout, std::cerr)); });
    };
  });
}

cli::CommandNode node_of(const CLI::App& app) {
  cli::CommandNode node{.name = app.get_name(), .doc = app.get_description(), .flags = {}, .below = {}};
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) node.flags.push_back("--" + name);
  }
  for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    // A group of options is an application without a name.
    if (!below->get_name().empty()) node.below.push_back(node_of(*below));
  }
  return node;
}

}  // namespace

void add_remote_commands(CLI::App& app, Chosen& chosen) {
  for (const auto& command : cli::remote_commands()) add_command(app, command, chosen);

  auto& configure = *app.add_subcommand("configure", "write a profile of the credentials file");
  const auto words = std::make_shared<RemoteWords>();
  words->add_common(configure);
  configure.callback([words, &chosen] {
    chosen = [words] {
      const bool asks = ::isatty(STDIN_FILENO) == 1;
      return run_asking([&] { cli::configure(words->flags, asks, std::cin, std::cout); });
    };
  });

  auto& completion = *app.add_subcommand("completion", "print a script that completes these words in a shell");
  const auto shell = std::make_shared<std::string>();
  completion.add_option("SHELL", *shell, "bash, zsh or fish")->required();
  completion.callback([shell, &app, &chosen] {
    chosen = [shell, &app] { return run_asking([&] { std::cout << cli::completion_script(*shell, node_of(app)); }); };
  });
}

}  // namespace calotype::app
