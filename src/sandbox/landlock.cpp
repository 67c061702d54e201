#include "sandbox/landlock.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/fd.h"

namespace calotype::sandbox {
namespace {

// linux/landlock.h of Debian 12 ends at ABI 2; the numbers below are the kernel's interface, which never changes.
constexpr std::uint32_t kAskVersion = 1;
constexpr std::uint32_t kRulePathBeneath = 1;
constexpr std::uint64_t kReadFile = 1ULL << 2U;
constexpr std::uint64_t kReadFolder = 1ULL << 3U;
constexpr std::uint64_t kWriteFile = 1ULL << 1U;

struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t network = 0;  ///< ABI 4
  std::uint64_t scoped = 0;   ///< ABI 6
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t folder = -1;
};

std::uint64_t file_rights(int abi) {
  if (abi >= 5) return (1ULL << 16U) - 1;  // ... and ioctl on devices
  if (abi >= 3) return (1ULL << 15U) - 1;  // ... and truncate
  if (abi >= 2) return (1ULL << 14U) - 1;  // ... and move between folders
  return (1ULL << 13U) - 1;
}

std::size_t attributes_size(int abi) {
  if (abi >= 6) return 3 * sizeof(std::uint64_t);
  if (abi >= 4) return 2 * sizeof(std::uint64_t);
  return sizeof(std::uint64_t);
}

void allow(int ruleset, const char* path, std::uint64_t rights) {
  const Fd folder(::open(path, O_PATH | O_CLOEXEC));
  if (!folder) return;  // this system has no such folder: nothing to allow
  const PathBeneath rule{.allowed = rights, .folder = folder.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &rule, 0) != 0) {
    throw Error(Fault::internal, fmt::format("allow reading {}: {}", path, std::strerror(errno)));
  }
}

/// Where files may be read, and listed.
std::vector<const char*> folders(Reach reach) {
  switch (reach) {
    case Reach::read_system: return {"/usr", "/lib", "/lib64", "/etc", "/proc", "/sys"};
    case Reach::read_fewer:
      return {"/usr", "/lib", "/lib64", "/etc/fonts", "/var/cache/fontconfig", "/proc/self", "/sys/devices/system"};
    case Reach::read_fonts:
      return {"/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/poppler", "/etc/fonts", "/var/cache/fontconfig"};
    case Reach::nothing: return {};
  }
  std::abort();  // -Wswitch makes this unreachable
}

}  // namespace

int landlock_abi() {
  const auto version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return version < 0 ? 0 : static_cast<int>(version);
}

void restrict_files(Reach reach) {
  const int abi = landlock_abi();
  if (abi == 0) return;
  RulesetAttributes attributes{.files = file_rights(abi)};
  if (abi >= 4) attributes.network = 0b11;  // bind, connect
  if (abi >= 6) attributes.scoped = 0b11;   // abstract sockets, signals
  const Fd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, attributes_size(abi), 0)));
  if (!ruleset) throw Error(Fault::internal, fmt::format("make a landlock ruleset: {}", std::strerror(errno)));
  for (const char* path : folders(reach)) allow(ruleset.get(), path, kReadFile | kReadFolder);
  if (reach == Reach::read_system || reach == Reach::read_fewer) {
    allow(ruleset.get(), "/dev/urandom", kReadFile);
    allow(ruleset.get(), "/dev/null", kReadFile | kWriteFile);
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    throw Error(Fault::internal, fmt::format("restrict the process by landlock: {}", std::strerror(errno)));
  }
}

}  // namespace calotype::sandbox
