#include "app/command_line.h"

#include <fmt/format.h>

#include "core/error.h"

namespace calotype::app {

std::pair<std::string, std::string> split_word(const std::string& word, const std::string& flag) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) throw Error(Fault::invalid, fmt::format("read {} {}: write NAME=VALUE", flag, word));
  return {word.substr(0, equals), word.substr(equals + 1)};
}

}  // namespace calotype::app
