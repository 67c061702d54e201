#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/bytes.h"
#include "core/task.h"
#include "http/message.h"

namespace calotype::http {

using Socket = boost::asio::generic::stream_protocol::socket;
/// Where bytes land before somebody takes them; one for each thread, because nothing stays in it across a wait.
using Scratch = std::array<char, 64 * 1024>;

/// A client's connection: bytes in, bytes out, each wait within the deadline that is set. Between two requests it holds
/// no buffer, so that an idle connection is small. Thread: its socket's executor.
class Connection {
 public:
  Connection(Socket socket, Scratch& scratch);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  enum class Outcome { done, ended, timed_out, failed };

  /// Until when the next waits may last, whatever they are for.
  void set_deadline(SteadyTime deadline);

  /// Appends what has come to input(), at most `most` bytes. `ended`: the client sends no more.
  Task<Outcome> receive(std::size_t most, bool waits_first);
  /// What has come and is not used up; valid until the next receive().
  std::string_view input() const { return std::string_view(input_).substr(used_); }
  /// Gives back the memory when all is used up.
  void use_up(std::size_t count);

  /// Sends both parts. The deadline moves on by `stall` whenever a byte was taken.
  Task<Outcome> send(std::string_view head, std::span<const std::byte> body, Milliseconds stall, bool has_more);
  /// Sends a part of a file without copying it. `failed` also when the file is too short.
  Task<Outcome> send_file(FilePart part, Milliseconds stall);

  /// Lets reads that wait see the end; what has already come can still be read.
  void shut_input();
  /// Tells the client that nothing follows.
  void shut_output();
  void close();

  /// Whether the client has closed its side, or is gone, and all that it sent has been received. Takes nothing.
  bool has_ended();
  int descriptor();  ///< negative once it is closed
  Executor executor();

 private:
  Task<Outcome> wait(Socket::wait_type what);
  void arm();

  Socket socket_;
  Scratch& scratch_;
  std::string input_;
  std::size_t used_ = 0;  // of input_
  boost::asio::steady_timer timer_;
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime armed_for_ = SteadyTime::max();
  bool is_waiting_ = false;
  bool is_timed_out_ = false;
  bool is_input_shut_ = false;
  std::shared_ptr<Connection*> self_;  // for the timer's handler, which may outlive this
};

}  // namespace calotype::http
