#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/task.h"

namespace calotype::workers {

/// Watches a descriptor of somebody else, who keeps it open meanwhile. Thread: the executor's.
class Watched {
 public:
  Watched(const Executor& executor, int descriptor) : descriptor_(executor, descriptor) {}
  ~Watched() { descriptor_.release(); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  /// Until there is something to read, or its end.
  Task<> readable() {
    co_await readable_after([] { return true; });
  }
  /// The same, and does `first` when everything is ready for the answer: whoever is woken by it may get this core.
  /// Waits for nothing where that gives false.
  template <class First>
  Task<> readable_after(First first) {
    const auto begin = [&](auto handler) {
      descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read, std::move(handler));
      if (!first()) descriptor_.cancel();
    };
    co_await boost::asio::async_initiate<const Token, void(boost::system::error_code)>(begin, kToken);
  }

 private:
  using Token = boost::asio::as_tuple_t<boost::asio::use_awaitable_t<>>;
  static constexpr Token kToken{boost::asio::use_awaitable_t<>()};

  boost::asio::posix::stream_descriptor descriptor_;
};

}  // namespace calotype::workers
