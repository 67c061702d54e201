#include "http/connection.h"

#include <cerrno>

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/redirect_error.hpp>

namespace calotype::http {

namespace {

constexpr std::size_t kKeptBuffer = 1024;
constexpr std::size_t kFileStep = 1 << 20;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

Connection::Connection(Socket socket, Scratch& scratch)
    : socket_(std::move(socket)),
      scratch_(scratch),
      timer_(socket_.get_executor()),
      self_(std::make_shared<Connection*>(this)) {}

/// The timer runs until the nearest deadline that was ever set, and looks then whether it has been put off: so that it
/// is rarely set anew, though the deadline moves several times in each request.
void Connection::set_deadline(SteadyTime deadline) {
  deadline_ = deadline;
  is_timed_out_ = false;
  if (deadline_ < armed_for_) arm();
}

void Connection::arm() {
  armed_for_ = deadline_;
  if (armed_for_ == SteadyTime::max()) return;
  timer_.expires_at(armed_for_);
  timer_.async_wait([weak = std::weak_ptr(self_)](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    auto& connection = **self;
    connection.armed_for_ = SteadyTime::max();
    if (std::chrono::steady_clock::now() < connection.deadline_) return connection.arm();
    connection.is_timed_out_ = true;
    boost::system::error_code ignored;
    if (connection.is_waiting_) connection.socket_.cancel(ignored);
  });
}

Task<Connection::Outcome> Connection::wait(Socket::wait_type what) {
  if (is_timed_out_) co_return Outcome::timed_out;
  boost::system::error_code error;
  is_waiting_ = true;
  co_await socket_.async_wait(what, boost::asio::redirect_error(boost::asio::use_awaitable, error));
  is_waiting_ = false;
  if (error && is_timed_out_) co_return Outcome::timed_out;
  co_return error ? Outcome::failed : Outcome::done;
}

Task<Connection::Outcome> Connection::receive(std::size_t most, bool waits_first) {
  for (bool waits = waits_first;; waits = true) {
    if (waits) {
      const auto outcome = co_await wait(Socket::wait_read);
      if (outcome != Outcome::done) co_return outcome;
    }
    const auto count = ::recv(socket_.native_handle(), scratch_.data(), std::min(most, scratch_.size()), MSG_DONTWAIT);
    if (count > 0) {
      input_.erase(0, used_);
      used_ = 0;
      input_.append(scratch_.data(), static_cast<std::size_t>(count));
      co_return Outcome::done;
    }
    if (count == 0) co_return Outcome::ended;
    if (!would_block() && errno != EINTR) co_return Outcome::failed;
  }
}

void Connection::use_up(std::size_t count) {
  used_ += count;
  if (used_ < input_.size()) return;
  used_ = 0;
  input_.clear();
  if (input_.capacity() > kKeptBuffer) input_.shrink_to_fit();
}

Task<Connection::Outcome> Connection::send(std::string_view head, std::span<const std::byte> body, Milliseconds stall,
                                           bool has_more) {
  set_deadline(std::chrono::steady_clock::now() + stall);
  const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (has_more ? MSG_MORE : 0);
  while (!head.empty() || !body.empty()) {
    std::array<iovec, 2> parts{iovec{const_cast<char*>(head.data()), head.size()},
                               iovec{const_cast<std::byte*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const auto count = ::sendmsg(socket_.native_handle(), &message, flags);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (!would_block()) co_return Outcome::failed;
      const auto outcome = co_await wait(Socket::wait_write);
      if (outcome != Outcome::done) co_return outcome;
      continue;
    }
    auto sent = static_cast<std::size_t>(count);
    const auto of_head = std::min(sent, head.size());
    head.remove_prefix(of_head);
    body = body.subspan(sent - of_head);
    if (!head.empty() || !body.empty()) set_deadline(std::chrono::steady_clock::now() + stall);
  }
  co_return Outcome::done;
}

Task<Connection::Outcome> Connection::send_file(FilePart part, Milliseconds stall) {
  auto offset = static_cast<off_t>(part.offset);
  for (auto left = part.count; left > 0;) {
    set_deadline(std::chrono::steady_clock::now() + stall);
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(left, kFileStep));
    const auto count = ::sendfile(socket_.native_handle(), part.descriptor, &offset, step);
    if (count > 0) {
      left -= static_cast<std::uint64_t>(count);
      continue;
    }
    if (count == 0 || (!would_block() && errno != EINTR)) co_return Outcome::failed;
    const auto outcome = co_await wait(Socket::wait_write);
    if (outcome != Outcome::done) co_return outcome;
  }
  co_return Outcome::done;
}

int Connection::descriptor() { return socket_.native_handle(); }

Executor Connection::executor() { return socket_.get_executor(); }

bool Connection::has_ended() {
  if (is_input_shut_ || !input().empty()) return false;
  char next = 0;
  const auto count = ::recv(descriptor(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && !would_block() && errno != EINTR);
}

void Connection::shut_input() {
  is_input_shut_ = true;
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_receive, ignored);
}

void Connection::shut_output() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Connection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace calotype::http
