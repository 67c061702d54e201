#pragma once

#include <memory>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "core/clock.h"
#include "core/task.h"

namespace calotype::workers {

/// Does something at an instant, unless it goes before. Thread: the executor's.
class Alarm {
 public:
  template <class Late>
  Alarm(const Executor& executor, SteadyTime when, Late late) : timer_(executor, when) {
    timer_.async_wait([is_off = is_off_, late = std::move(late)](const boost::system::error_code& fault) {
      if (!fault && !*is_off) late();
    });
  }
  ~Alarm() { *is_off_ = true; }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  /// A handler that is in the executor's queue already is not cancelled by the timer's end.
  const std::shared_ptr<bool> is_off_ = std::make_shared<bool>(false);
  boost::asio::steady_timer timer_;
};

}  // namespace calotype::workers
