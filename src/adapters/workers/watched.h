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
    co_await descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                    boost::asio::as_tuple(boost::asio::use_awaitable));
  }

 private:
  boost::asio::posix::stream_descriptor descriptor_;
};

}  // namespace calotype::workers
