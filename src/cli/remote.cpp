#include "cli/remote.h"

#include <istream>
#include <ostream>

#include <fmt/format.h>

namespace calotype::cli {

Task<> run_remote(RemoteFlags flags, Command command, Words words, std::ostream& out, std::ostream& err) {
  auto profile = load_profile(flags.profile, flags.settings, process_environment());
  Session session(std::move(profile), out, err, flags.as_json);
  co_await run_command(session, std::move(command), std::move(words));
}

void configure(const RemoteFlags& flags, bool asks, std::istream& in, std::ostream& out) {
  const auto environment = process_environment();
  const auto name = flags.profile.empty() ? std::string("default") : flags.profile;
  Profile profile;
  try {
    profile = load_profile(name, {}, [&](const std::string& variable) {
      // What the file has, not what happens to be set in this shell.
      return variable == "CALOTYPE_CREDENTIALS" || variable == "HOME" ? environment(variable) : std::string();
    });
  } catch (const Error&) {
    if (!flags.profile.empty()) profile = Profile();  // a new one
  }
  for (const auto& setting : settings()) {
    const auto flag = flags.settings.find(setting.key);
    auto& value = profile.*setting.field;
    if (flag != flags.settings.end()) {
      value = flag->second;
    } else if (asks) {
      out << fmt::format("{} ({}){}: ", setting.key, setting.doc,
                         value.empty()       ? ""
                         : setting.is_secret ? " [kept]"
                                             : " [" + value + "]")
          << std::flush;
      std::string line;
      if (std::getline(in, line) && !line.empty()) value = line;
    }
  }
  if (!profile.private_key.empty()) {
    Signer::read(profile.private_key, profile.access_key_id);
    profile.private_key = bare_key(profile.private_key);
  }
  save_profile(name, profile, environment);
  out << fmt::format("profile {} is in {}\n", name, credentials_path(environment));
}

Exit remote_exit_of(const Error& error) {
  if (error.code() == "invalid-rule") return Exit::bad_rule;
  switch (error.fault()) {
    case Fault::unauthenticated:
    case Fault::denied: return Exit::denied;
    case Fault::missing: return Exit::missing;
    case Fault::conflict: return Exit::conflict;
    case Fault::invalid:
    case Fault::unprocessable:
    case Fault::unsupported:
    case Fault::too_large: return Exit::rejected;
    case Fault::throttled:
    case Fault::full:
    case Fault::timed_out:
    case Fault::unavailable: return Exit::unavailable;
    case Fault::internal: return Exit::failed;
  }
  return Exit::failed;
}

}  // namespace calotype::cli
