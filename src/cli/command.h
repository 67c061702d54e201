#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/session.h"

/// The remote commands as data: what app/ makes flags and completion of, and what runs them. Most are one call of the
/// API, wholly told by their row; the others have a function.
namespace calotype::cli {

/// One word of a command. A name without dashes is a position, in the order of the row.
struct Word {
  enum class Kind {
    text,
    number,
    flag,
    choice,     ///< true or false
    list,       ///< may be repeated
    json_file,  ///< a file, or "-"; its JSON is what counts
    body_file,  ///< a file, or "-", which is the request's body
  };
  /// Where the value goes in a call; `none`: the command's function reads it.
  enum class Place { none, path, query, body, metadata };

  const char* name;
  const char* doc;
  Kind kind = Kind::text;
  Place place = Place::none;
  const char* member =
      "";  ///< of the body, the metadata or the query; "cache.max_age" goes inside. "": all of the body
  bool is_required = false;
};

/// What the words were.
class Words {
 public:
  void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }
  bool has(const std::string& name) const { return values_.contains(name); }
  /// The first; `otherwise` where there is none.
  std::string get(const std::string& name, std::string otherwise = {}) const;
  std::vector<std::string> all(const std::string& name) const;
  /// Throws invalid where it is no whole number from `least` to `most`.
  std::int64_t number(const std::string& name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

/// A column of a table: its head, and the member that it shows ("cache.max_age").
struct Column {
  const char* head;
  const char* member;
};

struct Command {
  const char* noun;
  const char* verb;
  const char* doc;
  http::Method method = http::Method::get;
  /// "{tenant}/domains/{NAME}": {tenant}, {domain} and {bucket} are the profile's paths, the others words of the row;
  /// {OBJECT} keeps its slashes.
  const char* path = "";
  std::vector<Word> words = {};
  std::vector<Column> columns = {};                      ///< of a table; none: the members one below another
  const char* done = "";                                 ///< said where there is nothing to show
  std::function<Task<>(Session&, Words)> run = nullptr;  ///< instead of the call
};

/// All of them, by noun.
std::vector<Command> remote_commands();

std::vector<Command> tenant_commands();
std::vector<Command> invitation_commands();
std::vector<Command> key_commands();
std::vector<Command> policy_commands();
std::vector<Command> domain_commands();
std::vector<Command> bucket_commands();
std::vector<Command> rule_commands();
std::vector<Command> watermark_commands();
std::vector<Command> object_commands();
std::vector<Command> fetch_commands();
std::vector<Command> event_commands();
std::vector<Command> distribution_commands();
std::vector<Command> purge_commands();
std::vector<Command> signing_key_commands();

/// Every call of the rows, as JSON: [{"command","method","path"}]. Paths as in the OpenAPI document, with {} for a
/// name.
std::string commands_json();

/// Runs one. Throws what goes wrong.
Task<> run_command(Session& session, Command command, Words words);

/// The call of a row. Throws invalid (a word that cannot be read), missing (a file).
Ask ask_of(const Command& command, const Words& words, const Profile& profile);

}  // namespace calotype::cli
