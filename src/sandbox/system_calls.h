#pragma once

/// The list of system calls that a worker may make.
namespace calotype::sandbox {

/// Loads the filter into every thread of the process. `job_socket` is the one descriptor that may send and receive.
/// `reads_files`: files may be opened for reading; which ones is Landlock's to say. Throws internal.
void filter_system_calls(int job_socket, bool reads_files);

}  // namespace calotype::sandbox
