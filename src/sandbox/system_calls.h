#pragma once

/// The list of system calls that a worker may make.
namespace calotype::sandbox {

/// Loads the filter into every thread of the process. `job_socket` is the one descriptor that may send and receive.
/// Throws internal.
void filter_system_calls(int job_socket);

}  // namespace calotype::sandbox
