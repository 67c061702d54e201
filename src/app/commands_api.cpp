#include <iostream>

#include <CLI/CLI.hpp>

#include "api/document_routes.h"
#include "api/route_table.h"
#include "app/command_line.h"
#include "cli/command.h"

namespace calotype::app {

void add_api_commands(CLI::App& app, Chosen& chosen) {
  auto& api_app = *app.add_subcommand("api", "describe the API");
  api_app.require_subcommand(1);
  api_app.add_subcommand("routes", "print every route as JSON")->callback([&chosen] {
    chosen = [] {
      std::cout << api::route_table_json() << "\n";
      return 0;
    };
  });
  api_app.add_subcommand("commands", "print which call each command makes, as JSON")->callback([&chosen] {
    chosen = [] {
      std::cout << cli::commands_json() << "\n";
      return 0;
    };
  });
  api_app.add_subcommand("document", "print the OpenAPI document")->callback([&chosen] {
    chosen = [] {
      std::cout << api::document_text();
      return 0;
    };
  });
}

}  // namespace calotype::app
