#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

/// The program's commands, one file for each kind: what their words are, and what they run.
namespace calotype::app {

/// What the words of a command chose; its result is the exit code.
using Chosen = std::function<int()>;

/// serve, config.
void add_service_commands(CLI::App& app, Chosen& chosen);
/// transform, info, rule check, rule schema, rule reference: what needs no service.
void add_offline_commands(CLI::App& app, Chosen& chosen);
/// api routes, api document.
void add_api_commands(CLI::App& app, Chosen& chosen);

/// tenant, key, ..., object, image: what asks a service; configure; completion.
void add_remote_commands(CLI::App& app, Chosen& chosen);

/// "name=value" -> its halves. Throws invalid.
std::pair<std::string, std::string> split_word(const std::string& word, const std::string& flag);

}  // namespace calotype::app
