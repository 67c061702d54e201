#pragma once

#include <iosfwd>
#include <map>
#include <string>

#include "cli/command.h"
#include "cli/files.h"

namespace calotype::cli {

/// Flags that every remote command has, beside those of settings().
struct RemoteFlags {
  std::string profile;
  std::map<std::string, std::string> settings;  ///< by key
  bool as_json = false;
};

/// Runs a remote command to its end. Throws what went wrong.
Task<> run_remote(RemoteFlags flags, Command command, Words words, std::ostream& out, std::ostream& err);

/// `calotype configure`: writes a profile of the flags; what they lack is asked for on `in`, where `asks`.
void configure(const RemoteFlags& flags, bool asks, std::istream& in, std::ostream& out);

/// The exit code of an error of a remote command.
Exit remote_exit_of(const Error& error);

}  // namespace calotype::cli
