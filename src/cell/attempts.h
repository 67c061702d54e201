#pragma once

#include <cstdint>
#include <string_view>

/// The sandbox's proof: things that a worker must not be able to do, each tried for real.
namespace calotype::cell {

enum class Attempt : std::uint8_t {
  open,
  openat,
  create,
  stat,  // files
  socket,
  connect,  // network
  execve,
  fork,
  vfork,
  clone3,  // processes
  ptrace,
  kill_parent,
  raise_limits,  // others and itself
  map_8_gb,
  executable_map,
  executable_protect,  // memory
  memory_file,
  write_elsewhere,
  own_socket,  // descriptors
};
inline constexpr Attempt kLastAttempt = Attempt::own_socket;

std::string_view name_of(Attempt attempt);

/// Tries it in this process. Gives the errno of its failure, or 0: it worked, and the sandbox is broken. Does not
/// return where the sandbox answers by death, nor where execve works (the process ends with status 0). The job socket
/// is descriptor 3 as ever.
int make_attempt(Attempt attempt);

}  // namespace calotype::cell
