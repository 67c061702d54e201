#include "cell/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "cell/message.h"
#include "core/error.h"

namespace calotype::cell {
namespace {

constexpr std::size_t kMaxDescriptors = 2 + kMaxMarks;

void take_descriptors(msghdr& head, std::size_t most, std::vector<Fd>& into) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof(int), sizeof number);
      Fd owned(number);
      if (into.size() < most) into.push_back(std::move(owned));
    }
  }
}

}  // namespace

std::pair<Fd, Fd> make_channel() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw Error(Fault::unavailable, fmt::format("make a socket pair for a worker: {}", std::strerror(errno)));
  }
  return {Fd(ends[0]), Fd(ends[1])};
}

bool send_message(int socket, std::string_view message, std::span<const int> descriptors) {
  if (message.size() > kMaxMessage || descriptors.size() > kMaxDescriptors) {
    throw Error(Fault::internal, fmt::format("send a message of {} bytes with {} descriptors: too long", message.size(),
                                             descriptors.size()));
  }
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
  std::string bytes(message);
  iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  if (!descriptors.empty()) {
    head.msg_control = control.data();
    head.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const rights = CMSG_FIRSTHDR(&head);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &head, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return true;
  if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN) return false;
  throw Error(Fault::internal, fmt::format("send a message of {} bytes: {}", message.size(), std::strerror(errno)));
}

bool is_silent(int socket) {
  pollfd watched{.fd = socket, .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, 0) == 0;
}

std::optional<Received> receive_message(int socket, std::size_t most_descriptors, Wait wait) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
  // Most messages are a thousandth of the longest: only those bytes are ever touched.
  static thread_local const auto buffer = std::make_unique_for_overwrite<std::array<char, kMaxMessage>>();
  Received received;
  iovec part{.iov_base = buffer->data(), .iov_len = buffer->size()};
  msghdr head{};
  head.msg_iov = &part;
  head.msg_iovlen = 1;
  if (most_descriptors > 0) {
    head.msg_control = control.data();
    head.msg_controllen = control.size();
  }
  const int flags = MSG_CMSG_CLOEXEC | (wait == Wait::no ? MSG_DONTWAIT : 0);
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &head, flags);
  } while (got < 0 && errno == EINTR);
  if (got == 0 || (got < 0 && (errno == ECONNRESET || errno == EAGAIN || errno == EWOULDBLOCK))) return std::nullopt;
  if (got < 0) throw Error(Fault::internal, fmt::format("receive a message: {}", std::strerror(errno)));
  take_descriptors(head, most_descriptors, received.descriptors);
  if ((head.msg_flags & MSG_TRUNC) != 0 || (most_descriptors > 0 && (head.msg_flags & MSG_CTRUNC) != 0)) {
    throw Error(Fault::internal, "receive a message: it was cut");
  }
  received.message.assign(buffer->data(), static_cast<std::size_t>(got));
  return received;
}

}  // namespace calotype::cell
