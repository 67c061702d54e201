#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "core/error.h"
#include "core/fd.h"
#include "sandbox/landlock.h"
#include "sandbox/system_calls.h"

namespace calotype::sandbox {
namespace {

[[noreturn]] void fail(std::string_view what) {
  throw Error(Fault::internal, fmt::format("close the sandbox: {}: {}", what, std::strerror(errno)));
}

/// 0 and 1 become the null device at once, 2 only when the sandbox closes: a failed start may still say why.
void point_at_null(std::initializer_list<int> descriptors) {
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) fail("open the null device");
  for (const int number : descriptors) {
    if (::dup2(null.get(), number) < 0) fail("replace a standard descriptor");
  }
}

void close_all_but(int job_socket) {
  const auto kept = static_cast<unsigned>(job_socket);
  if (kept > 3 && ::close_range(3, kept - 1, 0) != 0) fail("close descriptors");
  if (::close_range(kept + 1, ~0U, 0) != 0) fail("close descriptors");
}

void limit(int resource, rlim_t most) {
  rlimit now{};
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &now) != 0) fail("read a resource limit");
  // Never above what was inherited.
  const rlimit wanted{.rlim_cur = std::min(most, now.rlim_max), .rlim_max = std::min(most, now.rlim_max)};
  if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) != 0) fail("set a resource limit");
}

void limit_resources(const Limits& limits) {
#ifndef CALOTYPE_SANITIZED  // shadow memory maps terabytes
  if (limits.address_space_bytes > 0) limit(RLIMIT_AS, limits.address_space_bytes);
#endif
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, static_cast<rlim_t>(limits.descriptors));
}

/// Short of memory, the kernel shall take a worker before the server.
bool be_killed_first() {
  const Fd file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  constexpr std::string_view kMost = "1000";
  return file && ::write(file.get(), kMost.data(), kMost.size()) == static_cast<ssize_t>(kMost.size());
}

}  // namespace

std::uint32_t Layers::bits() const {
  std::uint32_t value = 0;
  unsigned shift = 0;
  for (const bool layer :
       {no_new_privileges, undumpable, descriptors_closed, resource_limits, system_call_filter, memory_killed_first}) {
    value |= static_cast<std::uint32_t>(layer) << shift++;
  }
  return value;
}

Layers Layers::from_bits(std::uint32_t bits, int abi) {
  const auto layer = [bits](unsigned shift) { return (bits >> shift & 1U) != 0; };
  return {.no_new_privileges = layer(0),
          .undumpable = layer(1),
          .descriptors_closed = layer(2),
          .resource_limits = layer(3),
          .system_call_filter = layer(4),
          .memory_killed_first = layer(5),
          .landlock_abi = abi};
}

Layers prepare(const Limits& limits) {
  Layers layers;
  point_at_null({0, 1});
  close_all_but(limits.job_socket);
  layers.descriptors_closed = true;
  layers.memory_killed_first = be_killed_first();  // a container may forbid it; then the server has the same score
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no new privileges");
  layers.no_new_privileges = true;
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) fail("undumpable");
  layers.undumpable = true;
  // A thread that libvips starts keeps this reach when the sandbox closes (sandbox.h), and a worker that reads fonts
  // may then still open files.
  restrict_files(limits.reads_fonts ? Reach::read_fewer : Reach::read_system);
  return layers;
}

Layers enter(const Limits& limits, Layers layers) {
#ifndef CALOTYPE_SANITIZED  // where a sanitizer's report goes
  point_at_null({2});
#endif
  close_all_but(limits.job_socket);  // what warming up left open
  limit_resources(limits);
  layers.resource_limits = true;
  layers.landlock_abi = landlock_abi();
  const bool reads_fonts = limits.reads_fonts && layers.landlock_abi > 0;
  restrict_files(reads_fonts ? Reach::read_fonts : Reach::nothing);
  filter_system_calls(limits.job_socket, reads_fonts);
  layers.system_call_filter = true;
  return layers;
}

std::uint64_t mapped_bytes() {
  const Fd file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 64> text{};
  if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
  unsigned long long pages = 0;
  if (std::sscanf(text.data(), "%llu", &pages) != 1) return 0;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace calotype::sandbox
