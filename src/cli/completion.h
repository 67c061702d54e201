#pragma once

#include <string>
#include <vector>

namespace calotype::cli {

/// A command with its flags and what stands below it: what the shells are told.
struct CommandNode {
  std::string name;
  std::string doc;
  std::vector<std::string> flags;  ///< with their dashes
  std::vector<CommandNode> below;
};

/// A script for "bash", "zsh" or "fish", made of the program's own commands. Throws invalid for another shell.
std::string completion_script(const std::string& shell, const CommandNode& program);

}  // namespace calotype::cli
