#pragma once

#include <cstdint>

namespace calotype {

/// Makes a system call on files fail. It stands in this program for the C library's write, pwrite, fsync, fdatasync,
/// linkat, mkdirat and openat, for libraries too. Calls on sockets, pipes and standard streams are let through and not
/// counted. Thread: any.
namespace disk_faults {

/// From now, the `number`th call (from 1) fails with `error`; the others do not.
void arm(int number, int error);
/// Ends that. True when the call has come and failed.
bool disarm();
/// How often a file was flushed after a flush of it had failed, since arm().
int flushes_after_failure();

}  // namespace disk_faults

}  // namespace calotype
