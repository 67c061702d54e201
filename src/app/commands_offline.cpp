#include <array>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/command_line.h"
#include "app/config.h"
#include "app/parts.h"
#include "app/run_now.h"
#include "cli/rule_command.h"
#include "cli/transform_command.h"
#include "telemetry/log.h"

namespace calotype::app {

namespace {

/// For commands that render one picture: nobody else waits.
constexpr Milliseconds kCommandPatience{60'000};
constexpr std::int64_t kCommandJobMegabytes = 2'000;

int code_of(cli::Exit exit) { return static_cast<int>(exit); }

/// A worker for documents is only started for one. What comes by standard input is a picture.
bool is_document(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 5> head{};
  return file.read(head.data(), head.size()) && std::string_view(head.data(), head.size()) == "%PDF-";
}

/// Runs a command that needs pixels of the file, on workers of its own.
template <class Command>
int run_with_engine(const std::string& worker, const std::string& path, Command command) {
  Config config;
  if (is_document(path)) config.documents = "on";
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
    command.add_flag("--save-data", options.hints.saves_data, "as if a browser said Save-Data: on");
    command.add_option("--dpr", options.hints.dpr, "as if a browser said Sec-CH-DPR");
    command.add_option("--watermark", watermarks, "ID=FILE of a watermark (=FILE: the default one); may be repeated")
        ->allow_extra_args(false);
    command.add_flag("--explain", options.explains, "print the plan on standard error");
    command.add_option("--worker", worker, "path of calotype-worker; default: beside this program");
  }
  int run() {
    for (const auto& word : parameters) options.parameters.push_back(split_word(word, "--param"));
    for (const auto& word : watermarks) options.watermarks.push_back(split_word(word, "--watermark"));
    return run_with_engine(worker, options.in, [this](Context ctx, ImageEngine& engine) {
      return cli::transform_picture(std::move(ctx), options, engine, std::cerr);
    });
  }
};

struct InfoWords {
  std::string picture;
  std::string worker;

  int run() const {
    return run_with_engine(worker, picture, [this](Context ctx, ImageEngine& engine) {
      return cli::print_info(std::move(ctx), picture, engine, std::cout);
    });
  }
};

struct CheckWords {
  std::string rule;
  bool as_json = false;
};

void add_rule_commands(CLI::App& rule_app, Chosen& chosen) {
  auto& check = *rule_app.add_subcommand("check", "print everything that is wrong with a rule");
  const auto words = std::make_shared<CheckWords>();
  check.add_option("FILE", words->rule, "the rule; - for standard input")->required();
  check.add_flag("--json", words->as_json, "for machines");
  check.callback([words, &chosen] {
    chosen = [words] { return code_of(cli::check_rule(words->rule, words->as_json, std::cout, std::cerr)); };
  });
  rule_app.add_subcommand("schema", "print the JSON Schema of the language")->callback([&chosen] {
    chosen = [] { return code_of(cli::print_schema(std::cout)); };
  });
  rule_app.add_subcommand("reference", "print the tables of docs/rules.md")->callback([&chosen] {
    chosen = [] { return code_of(cli::print_reference(std::cout)); };
  });
}

}  // namespace

void add_offline_commands(CLI::App& app, Chosen& chosen) {
  auto& transform_app = *app.add_subcommand("transform", "render one picture by a rule");
  const auto transform = std::make_shared<TransformWords>();
  transform->add_to(transform_app);
  transform_app.footer("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad rule, 4 bad picture.");
  transform_app.callback([transform, &chosen] { chosen = [transform] { return transform->run(); }; });

  auto& info_app = *app.add_subcommand("info", "print what the header of a picture says");
  const auto info = std::make_shared<InfoWords>();
  info_app.add_option("IN", info->picture, "the picture; - for standard input")->required();
  info_app.add_option("--worker", info->worker, "path of calotype-worker; default: beside this program");
  info_app.callback([info, &chosen] { chosen = [info] { return info->run(); }; });

  auto& rule_app = *app.add_subcommand("rule", "check, describe and store rules");
  rule_app.require_subcommand(1);
  add_rule_commands(rule_app, chosen);
}

}  // namespace calotype::app
