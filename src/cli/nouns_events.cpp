#include "cli/command.h"

namespace calotype::cli {

namespace {

using http::Method;
using Kind = Word::Kind;
using Place = Word::Place;

}  // namespace

std::vector<Command> event_commands() { return {}; }

}  // namespace calotype::cli
