#include "cli/command.h"

#include <charconv>
#include <ostream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "cli/files.h"
#include "cli/show.h"
#include "core/encoding.h"
#include "core/error.h"

namespace calotype::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t kMostJson = 1 << 20;
constexpr std::size_t kMostBody = 1 << 30;

json::value parse_file(const std::string& path) {
  const auto text = read_input(path, kMostJson);
  boost::system::error_code error;
  auto value = json::parse(text, error);
  if (error) throw Error(Fault::invalid, fmt::format("read {}: it is not JSON: {}", path, error.message()));
  return value;
}

std::int64_t whole(const std::string& text, const std::string& name) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  throw Error(Fault::invalid, fmt::format("read {} {}: it is no whole number", name, text));
}

bool is_true(const std::string& text, const std::string& name) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  throw Error(Fault::invalid, fmt::format("read {} {}: write true or false", name, text));
}

json::value value_of(const Word& word, const Words& words) {
  const auto text = words.get(word.name);
  switch (word.kind) {
    case Word::Kind::number: return whole(text, word.name);
    case Word::Kind::flag: return true;
    case Word::Kind::choice: return is_true(text, word.name);
    case Word::Kind::json_file: return parse_file(text);
    case Word::Kind::list: {
      json::array all;
      for (const auto& one : words.all(word.name)) all.emplace_back(one);
      return all;
    }
    default: return json::value(text);
  }
}

/// "cache.max_age" goes into an object within.
void put(json::object& into, std::string_view member, json::value value) {
  const auto dot = member.find('.');
  const auto head = member.substr(0, dot);
  if (dot == std::string_view::npos) {
    into[{head.data(), head.size()}] = std::move(value);
    return;
  }
  auto& inner = into[{head.data(), head.size()}];
  if (!inner.is_object()) inner = json::object();
  put(inner.as_object(), member.substr(dot + 1), std::move(value));
}

void merge(json::object& into, json::value value, const std::string& name) {
  if (!value.is_object()) throw Error(Fault::invalid, fmt::format("read {}: it must hold a JSON object", name));
  for (auto& [key, one] : value.as_object()) into[key] = one;
}

std::string path_of(const Command& command, const Words& words, const Profile& profile) {
  std::string path;
  for (std::string_view rest = command.path; !rest.empty();) {
    const auto open = rest.find('{');
    path += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = rest.find('}', open);
    const std::string name(rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
    if (name == "tenant") {
      path += tenant_path(profile);
    } else if (name == "domain") {
      path += domain_path(profile);
    } else if (name == "bucket") {
      path += bucket_path(profile);
    } else if (name == "OBJECT") {
      path += object_part(words.get(name));
    } else {
      path += encode_percent(words.get(name));
    }
  }
  return path;
}

}  // namespace

std::string Words::get(const std::string& name, std::string otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? otherwise : found->second.front();
}

std::vector<std::string> Words::all(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::int64_t Words::number(const std::string& name, std::int64_t otherwise, std::int64_t least,
                           std::int64_t most) const {
  if (!has(name)) return otherwise;
  const auto value = whole(get(name), name);
  if (value >= least && value <= most) return value;
  throw Error(Fault::invalid, fmt::format("read {} {}: it must be {} to {}", name, value, least, most));
}

std::vector<Command> remote_commands() {
  std::vector<Command> all;
  for (auto* commands : {tenant_commands, invitation_commands, key_commands, policy_commands, domain_commands,
                         bucket_commands, rule_commands, watermark_commands, object_commands, fetch_commands,
                         event_commands, purge_commands, distribution_commands, signing_key_commands}) {
    for (auto& command : commands()) all.push_back(std::move(command));
  }
  return all;
}

Ask ask_of(const Command& command, const Words& words, const Profile& profile) {
  Ask ask{.method = command.method, .path = path_of(command, words, profile)};
  json::object body;
  json::object metadata;
  bool has_body = false;
  for (const auto& word : command.words) {
    if (word.place == Word::Place::body) has_body = true;
    if (!words.has(word.name)) continue;
    switch (word.place) {
      case Word::Place::none:
      case Word::Place::path: break;
      case Word::Place::query: ask.query.emplace_back(word.member, words.get(word.name)); break;
      case Word::Place::metadata: put(metadata, word.member, value_of(word, words)); break;
      case Word::Place::body:
        if (word.kind == Word::Kind::body_file) {
          ask.body = Bytes::from(read_input(words.get(word.name), kMostBody));
          ask.fields.set("Content-Type", "application/octet-stream");
        } else if (*word.member == '\0') {
          merge(body, parse_file(words.get(word.name)), word.name);
        } else {
          put(body, word.member, value_of(word, words));
        }
        break;
    }
  }
  if (!metadata.empty()) ask.metadata = json::serialize(metadata);
  if (has_body && !ask.fields.has("Content-Type")) {
    ask.body = Bytes::from(json::serialize(body));
    ask.fields.set("Content-Type", "application/json");
  }
  return ask;
}

std::string commands_json() {
  json::array rows;
  for (const auto& command : remote_commands()) {
    if (command.run) continue;
    std::string path;
    for (std::string_view rest = command.path; !rest.empty();) {
      const auto open = rest.find('{');
      path += rest.substr(0, open);
      if (open == std::string_view::npos) break;
      const auto close = rest.find('}', open);
      const auto name = rest.substr(open + 1, close - open - 1);
      rest.remove_prefix(close + 1);
      path += name == "tenant"   ? "/tenants/{}"
              : name == "domain" ? "/tenants/{}/domains/{}"
              : name == "bucket" ? "/tenants/{}/domains/{}/buckets/{}"
                                 : "{}";
    }
    rows.push_back(json::object{{"command", fmt::format("{} {}", command.noun, command.verb)},
                                {"method", std::string(http::name_of(command.method))},
                                {"path", path}});
  }
  return json::serialize(rows);
}

Task<> run_command(Session& session, Command command, Words words) {
  if (command.run) {
    auto run = command.run;
    co_await run(session, std::move(words));
    co_return;
  }
  auto ask = ask_of(command, words, session.profile());
  const auto reply = co_await session.call(std::move(ask));
  show_reply(session, reply, command.columns, command.done);
}

}  // namespace calotype::cli
