#pragma once

#include <cstdint>

/// Gives up, for ever, what a process needs no more. In two strokes, because a thread that libvips has already started
/// does not follow a later Landlock rule: `prepare` first thing in main, before there is a second thread, then warm up,
/// then `enter` before the first foreign byte. Thread: the main one.
namespace calotype::sandbox {

/// Which walls stand. A kernel may lack Landlock; everything else is required, and `enter` throws without it.
struct Layers {
  bool no_new_privileges = false;    ///< no exec can gain a privilege
  bool undumpable = false;           ///< no ptrace, no core, no /proc/self by others of the same user
  bool descriptors_closed = false;   ///< all but 0, 1, 2 (the null device) and the job socket
  bool resource_limits = false;      ///< address space, file size, descriptors, core
  bool system_call_filter = false;   ///< seccomp allow-list over all threads, KILL_PROCESS by default
  bool memory_killed_first = false;  ///< oom_score_adj
  int landlock_abi = 0;              ///< 0: the kernel has none

  std::uint32_t bits() const;
  static Layers from_bits(std::uint32_t bits, int landlock_abi);
  bool operator==(const Layers&) const = default;
};

struct Limits {
  int job_socket = 3;
  std::uint64_t address_space_bytes = 0;  ///< hard limit; the parent sets a lower one for each job. 0: none
  int descriptors = 16;
  bool reads_fonts = false;  ///< a document's fonts need not be embedded; without Landlock nothing is read all the same
};

/// Before any thread: no new privileges, undumpable, only the job socket and the standard descriptors open, nothing may
/// be written in any file system, and only the system's own folders may be read (libraries, codecs' plug-ins, locale).
/// Throws internal.
Layers prepare(const Limits& limits);

/// Closes the sandbox: no file (with `reads_fonts`: none but the system's fonts, which can be read), no network, no
/// process, no new descriptor but what comes through the job socket, no executable memory. What a system call outside
/// the list does: the process dies by SIGSYS; file look-ups alone, which C libraries try out of habit (malloc reads
/// /proc/sys/vm/overcommit_memory), fail with EACCES. Throws internal when a wall that is required cannot be raised.
Layers enter(const Limits& limits, Layers so_far);

/// Bytes that this process has mapped; 0 when it cannot tell. Before `enter`.
std::uint64_t mapped_bytes();

}  // namespace calotype::sandbox
