#include "cli/profile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "cli/files.h"
#include "core/error.h"
#include "core/fd.h"

namespace calotype::cli {

namespace {

constexpr std::size_t kMostBytes = 1 << 20;
constexpr const char* kProfileVariable = "CALOTYPE_PROFILE";
constexpr const char* kFileVariable = "CALOTYPE_CREDENTIALS";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

const Setting* find_setting(const std::string& key) {
  for (const auto& setting : settings()) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

[[noreturn]] void refuse(std::size_t line, const std::string& why) {
  throw Error(Fault::invalid, fmt::format("read the credentials file, line {}: {}", line, why));
}

/// Throws invalid where others than its owner may read it.
void check_mode(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0 || (found.st_mode & 077) == 0) return;
  throw Error(Fault::invalid, fmt::format("read {}: others may read it, and it holds keys: chmod 600 {}", path, path));
}

std::map<std::string, Profile> load_all(const std::string& path) {
  if (!std::filesystem::exists(path)) return {};
  check_mode(path);
  return parse_credentials(read_input(path, kMostBytes));
}

std::string printed(const std::map<std::string, Profile>& all) {
  const Profile plain;
  std::string text = "# Who the calotype command calls as. Keep it to yourself: it holds keys.\n";
  for (const auto& [name, profile] : all) {
    text += fmt::format("\n[{}]\n", name);
    for (const auto& setting : settings()) {
      const auto& value = profile.*setting.field;
      if (!value.empty() && value != plain.*setting.field) text += fmt::format("{} = {}\n", setting.key, value);
    }
  }
  return text;
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all{
      {"url", &Profile::url, "the management listener; default http://127.0.0.1:8081"},
      {"fetch_url", &Profile::fetch_url, "the fetch listener, or the CDN before it; default http://127.0.0.1:8080"},
      {"tenant", &Profile::tenant, "the tenant's id"},
      {"access_key_id", &Profile::access_key_id, "the id of the key that signs"},
      {"private_key", &Profile::private_key, "the key itself: base64 of its PKCS#8", true},
      {"private_key_file", &Profile::private_key_file, "a PEM file, instead"},
      {"domain", &Profile::domain, "id or name of the domain"},
      {"bucket", &Profile::bucket, "id or alias of the bucket"},
      {"signing_key_id", &Profile::signing_key_id, "the id of the key of short URLs"},
      {"signing_secret", &Profile::signing_secret, "that key's secret", true},
      {"ca_file", &Profile::ca_file, "certificates (PEM) to trust beside the system's"}};
  return all;
}

std::string flag_of(const Setting& setting) {
  std::string flag = std::string("--") + setting.key;
  for (auto& c : flag) {
    if (c == '_') c = '-';
  }
  return flag;
}

std::string variable_of(const Setting& setting) {
  std::string name = std::string("CALOTYPE_") + setting.key;
  for (auto& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

bool is_variable(const std::string& name) {
  if (name == kProfileVariable || name == kFileVariable) return true;
  return std::any_of(settings().begin(), settings().end(),
                     [&](const Setting& setting) { return variable_of(setting) == name; });
}

Environment process_environment() {
  return [](const std::string& name) {
    const auto* value = std::getenv(name.c_str());
    return std::string(value == nullptr ? "" : value);
  };
}

std::string credentials_path(const Environment& environment) {
  auto path = environment(kFileVariable);
  if (!path.empty()) return path;
  const auto home = environment("HOME");
  return (home.empty() ? std::string(".") : home) + "/.calotype/credentials";
}

std::map<std::string, Profile> parse_credentials(const std::string& text) {
  std::map<std::string, Profile> all;
  Profile* current = nullptr;
  std::size_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto raw = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), raw.size() + 1));
    ++number;
    const auto line = trimmed(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      const auto name = line.back() == ']' ? trimmed(std::string_view(line).substr(1, line.size() - 2)) : "";
      if (name.empty()) refuse(number, "write [name]");
      current = &all[name];
      continue;
    }
    const auto equals = line.find('=');
    if (equals == std::string::npos) refuse(number, "write key = value");
    if (current == nullptr) refuse(number, "a [name] must stand before it");
    const auto key = trimmed(std::string_view(line).substr(0, equals));
    const auto* setting = find_setting(key);
    if (setting == nullptr) refuse(number, fmt::format("there is no setting \"{}\"", key));
    current->*setting->field = trimmed(std::string_view(line).substr(equals + 1));
  }
  return all;
}

Profile load_profile(const std::string& name, const std::map<std::string, std::string>& flags,
                     const Environment& environment) {
  const auto wanted = !name.empty() ? name : environment(kProfileVariable);
  const auto path = credentials_path(environment);
  const auto all = load_all(path);
  Profile profile;
  const auto found = all.find(wanted.empty() ? "default" : wanted);
  if (found != all.end()) {
    profile = found->second;
  } else if (!wanted.empty() && wanted != "default") {
    throw Error(Fault::invalid, fmt::format("find the profile {}: {} has none of this name", wanted, path));
  }
  // A key that is named nearer to the command wins, whichever way it is named.
  const auto set = [&](const Setting& setting, const std::string& value) {
    if (value.empty()) return;
    if (setting.field == &Profile::private_key_file) profile.private_key.clear();
    profile.*setting.field = value;
  };
  for (const auto& setting : settings()) set(setting, environment(variable_of(setting)));
  for (const auto& setting : settings()) {
    const auto flag = flags.find(setting.key);
    if (flag != flags.end()) set(setting, flag->second);
  }
  return profile;
}

void save_profile(const std::string& name, const Profile& profile, const Environment& environment) {
  const auto path = credentials_path(environment);
  auto all = load_all(path);
  all[name] = profile;
  const auto text = printed(all);
  const auto fail = [&] {
    return Error(Fault::unavailable, fmt::format("write {}: {}", path, std::generic_category().message(errno)));
  };
  std::error_code error;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::exists(folder)) {
    std::filesystem::create_directories(folder, error);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  const auto fresh = path + ".new";
  ::unlink(fresh.c_str());
  const Fd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) throw fail();
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) || ::fsync(file.get()) != 0 ||
      ::rename(fresh.c_str(), path.c_str()) != 0)
    throw fail();
}

}  // namespace calotype::cli
