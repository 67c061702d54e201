#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace calotype::cli {

/// Where a service is and as whom to call it. Empty: not known.
struct Profile {
  std::string url = "http://127.0.0.1:8081";        ///< of the management listener
  std::string fetch_url = "http://127.0.0.1:8080";  ///< of the fetch listener, or of the CDN before it
  std::string tenant;
  std::string access_key_id;
  std::string private_key;       ///< PEM, or the base64 between its lines
  std::string private_key_file;  ///< instead
  std::string domain;
  std::string bucket;
  std::string signing_key_id;  ///< of short URLs
  std::string signing_secret;  ///< base64url
  std::string ca_file;         ///< trusted beside the system's
};

/// A setting of a profile: `key` in the file, --key-with-dashes as a flag, CALOTYPE_KEY in the environment.
struct Setting {
  const char* key;
  std::string Profile::* field;
  const char* doc;
  bool is_secret = false;  ///< no flag: a command line is for everybody to see
};
const std::vector<Setting>& settings();
std::string flag_of(const Setting& setting);
std::string variable_of(const Setting& setting);

/// Whether the name is one that these settings are read from.
bool is_variable(const std::string& name);

using Environment = std::function<std::string(const std::string& name)>;  ///< empty where it is not set
/// The process' own.
Environment process_environment();

/// $CALOTYPE_CREDENTIALS, or ~/.calotype/credentials.
std::string credentials_path(const Environment& environment);

/// Sections of a credentials file: `[name]`, then `key = value` lines; # begins a comment. Throws invalid with the
/// line.
std::map<std::string, Profile> parse_credentials(const std::string& text);

/// The profile `name` of the file, then the environment, then the flags, each over the one before. A file that others
/// may read is refused; a profile that is asked for and absent is an error, "default" may be absent.
/// Throws invalid, missing.
Profile load_profile(const std::string& name, const std::map<std::string, std::string>& flags,
                     const Environment& environment);

/// Writes the profile into its section, and leaves the others. The file has mode 0600. Throws unavailable, invalid.
void save_profile(const std::string& name, const Profile& profile, const Environment& environment);

}  // namespace calotype::cli
