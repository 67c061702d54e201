#include "app/config.h"

#include <charconv>
#include <cstdlib>
#include <sstream>

#include <toml++/toml.h>

#include "cli/profile.h"
#include "rules/report.h"

extern char** environ;  // NOLINT: POSIX's own name

namespace calotype::app {

namespace {

const Key* find_key(std::string_view name) {
  for (const auto& key : keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

std::string allowed(const Key& key) {
  if (std::holds_alternative<std::int64_t Config::*>(key.member)) {
    return fmt::format("a whole number from {} to {}", key.least, key.most);
  }
  if (key.choices.empty()) return "text";
  return fmt::format("one of {}", fmt::join(key.choices, ", "));
}

/// Puts a value into the configuration, or says what is wrong with it.
class Setter {
 public:
  explicit Setter(LoadedConfig& loaded) : loaded_(loaded) {}

  void set(const Key& key, std::string_view text, const std::string& where) {
    if (const auto* member = std::get_if<std::string Config::*>(&key.member)) {
      if (!key.choices.empty() && std::find(key.choices.begin(), key.choices.end(), text) == key.choices.end()) {
        refuse(key, fmt::format("\"{}\"", text), where);
        return;
      }
      loaded_.config.*(*member) = std::string(text);
      return;
    }
    std::int64_t number = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end) {
      refuse(key, fmt::format("\"{}\"", text), where);
      return;
    }
    set(key, number, where);
  }

  void set(const Key& key, std::int64_t number, const std::string& where) {
    const auto* member = std::get_if<std::int64_t Config::*>(&key.member);
    if (member == nullptr || number < key.least || number > key.most) {
      refuse(key, std::to_string(number), where);
      return;
    }
    loaded_.config.*(*member) = number;
  }

  void refuse(const Key& key, const std::string& given, const std::string& where) {
    add(where, fmt::format("{}: {} given, {} allowed", key.name, given, allowed(key)));
  }

  void refuse_unknown(const std::string& name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const auto& key : keys()) names.push_back(key.name);
    const auto hint = rules::suggestion(name, names);
    add(where, fmt::format("{}: no such key{}{}", name, hint.empty() ? "" : ", ", hint));
  }

  void add(std::string where, std::string message) {
    loaded_.findings.push_back({.where = std::move(where), .message = std::move(message)});
  }

 private:
  LoadedConfig& loaded_;
};

void read_value(Setter& setter, const std::string& name, const toml::node& value, const std::string& where) {
  const Key* key = find_key(name);
  if (key == nullptr) {
    setter.refuse_unknown(name, where);
  } else if (const auto* number = value.as_integer()) {
    setter.set(*key, number->get(), where);
  } else if (const auto* text = value.as_string(); text && std::holds_alternative<std::string Config::*>(key->member)) {
    setter.set(*key, std::string_view(text->get()), where);
  } else {
    std::ostringstream given;
    given << toml::node_view<const toml::node>(value);
    setter.refuse(*key, given.str(), where);
  }
}

void read_table(Setter& setter, const std::string& path, const std::string& prefix, const toml::table& table) {
  for (const auto& [key, value] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const auto* inner = value.as_table()) {
      read_table(setter, path, name + ".", *inner);
    } else {
      read_value(setter, name, value, fmt::format("{}:{}", path, value.source().begin.line));
    }
  }
}

void read_file(Setter& setter, const std::string& path) {
  try {
    read_table(setter, path, "", toml::parse_file(path));
  } catch (const toml::parse_error& error) {
    setter.add(fmt::format("{}:{}", path, error.source().begin.line), std::string(error.description()));
  }
}

std::string toml_text(std::string_view text) {
  std::ostringstream quoted;
  quoted << toml::node_view<const toml::node>(toml::value<std::string>(std::string(text)));
  return quoted.str();
}

std::string value_text(const Config& config, const Key& key) {
  if (const auto* text = std::get_if<std::string Config::*>(&key.member)) return toml_text(config.*(*text));
  return std::to_string(config.*std::get<std::int64_t Config::*>(key.member));
}

}  // namespace

LoadedConfig load_config(const std::string& path, const Environment& environment,
                         const std::map<std::string, std::string>& flags) {
  LoadedConfig loaded;
  Setter setter(loaded);
  if (!path.empty()) read_file(setter, path);
  for (const auto& key : keys()) {
    const auto value = environment(key.environment());
    if (value) setter.set(key, std::string_view(*value), "environment " + key.environment());
  }
  for (const auto& [name, value] : flags) {
    const Key* key = find_key(name);
    if (key == nullptr) {
      setter.refuse_unknown(name, "flags");
    } else {
      setter.set(*key, std::string_view(value), key->flag());
    }
  }
  return loaded;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

std::vector<std::string> unknown_variables() {
  std::vector<std::string> unknown;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const std::string name(line.substr(0, line.find('=')));
    if (!name.starts_with("CALOTYPE_")) continue;
    const bool is_known =
        std::any_of(keys().begin(), keys().end(), [&](const Key& key) { return key.environment() == name; });
    if (!is_known && !cli::is_variable(name)) unknown.push_back(name);
  }
  return unknown;
}

std::string print_config(const Config& config) {
  std::string text;
  for (const auto& key : keys()) text += fmt::format("{} = {}\n", key.name, value_text(config, key));
  return text;
}

std::string config_reference() {
  const Config defaults;
  std::string text = "| key | default | allowed | meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& key : keys()) {
    text += fmt::format("| `{}` | `{}` | {} | {} |\n", key.name, value_text(defaults, key), allowed(key), key.doc);
  }
  return text;
}

}  // namespace calotype::app
