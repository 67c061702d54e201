#pragma once

#include <sys/types.h>

#include <chrono>

namespace calotype {

/// How the system shares the processor with a thread where there is more to do than cores.
struct Scheduling {
  int nice = 0;  ///< over what the calling thread has
  /// How long it may run at a time. Who has the shorter one takes a core at once (since Linux 6.12; before, it is not
  /// looked at). 0: the system's own.
  std::chrono::microseconds slice{0};
};

/// For who has an answer to give, and little to do for it: the shortest there is.
inline constexpr std::chrono::microseconds kPromptSlice{100};
/// For who does a part of that, and is not to take the core of the one that asked it to.
inline constexpr std::chrono::microseconds kHelperSlice{300};

/// Of a thread, by its number, or of this one: 0. Threads and processes that it starts from then on begin so. What is
/// not allowed is left as it is: then it is only slower. Thread: any.
void schedule(pid_t thread, const Scheduling& scheduling);

}  // namespace calotype
