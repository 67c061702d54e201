#include "core/scheduling.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace calotype {

namespace {

constexpr int kMostNice = 19;
/// The policy stays what an operator made it.
constexpr std::uint64_t kKeepPolicy = 0x08;

/// What sched_setattr(2) takes; the kernel's header of it cannot be included beside the C library's.
struct Attributes {
  std::uint32_t size = sizeof(Attributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = kKeepPolicy;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;  ///< in nanoseconds: the slice
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};
static_assert(sizeof(Attributes) == 48, "SCHED_ATTR_SIZE_VER0");

}  // namespace

void schedule(pid_t thread, const Scheduling& scheduling) {
  Attributes attributes;
  attributes.nice = std::min(::getpriority(PRIO_PROCESS, 0) + scheduling.nice, kMostNice);
  attributes.runtime = static_cast<std::uint64_t>(std::chrono::nanoseconds(scheduling.slice).count());
  ::syscall(SYS_sched_setattr, thread, &attributes, 0);
}

}  // namespace calotype
