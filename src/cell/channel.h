#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fd.h"

/// Whole messages with descriptors over one socket of a pair.
namespace calotype::cell {

/// The two ends of a new SOCK_SEQPACKET pair; both are close-on-exec. Throws unavailable.
std::pair<Fd, Fd> make_channel();

/// False when the other end is gone. Throws internal for a message that is too long.
bool send_message(int socket, std::string_view message, std::span<const int> descriptors);

/// Whether there is neither a message to receive nor the other end's end.
bool is_silent(int socket);

struct Received {
  std::string message;
  std::vector<Fd> descriptors;
};

/// Waits for the next message (`wait` false: takes one that is there); nullopt when the other end is gone, or, without
/// waiting, when there is none. Descriptors beyond `most_descriptors` are closed unseen. Throws internal when a message
/// was cut.
enum class Wait { yes, no };
std::optional<Received> receive_message(int socket, std::size_t most_descriptors, Wait wait);

}  // namespace calotype::cell
