#pragma once

#include <stop_token>
#include <vector>

#include <poll.h>

#include <boost/intrusive/list.hpp>

#include "core/clock.h"
#include "core/task.h"
#include "http/body.h"

namespace calotype::http {

class Watch;

/// A request that is being handled, and whose client is looked at now and then meanwhile. Thread: its connection's.
class Watched : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Watched(Watch& watch, Connection& connection, const RequestBody& body, SteadyTime started);

  /// Asked to stop as soon as it is seen that the client has gone.
  std::stop_token departure() const { return source_.get_token(); }
  bool has_left() const { return source_.stop_requested(); }

 private:
  friend class Watch;
  Connection& connection_;
  const RequestBody& body_;
  SteadyTime started_;
  std::stop_source source_;
};

/// Sees which clients hang up while they wait for their answer, on one thread. One timer looks at all who have waited
/// for a moment; where nobody waits there is none. A client that closes its side counts as gone, as it does for nginx,
/// unless it has sent what is yet to be read. Must outlive what is watched, and the tasks of its thread.
class Watch {
 public:
  Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  friend class Watched;
  void add(Watched& one);
  Task<> look_now_and_then();
  void look();

  boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>> all_;  ///< oldest first
  std::vector<pollfd> asked_;                                                         ///< kept for its memory
  std::vector<Watched*> askers_;                                                      ///< as many
  bool is_looking_ = false;
};

}  // namespace calotype::http
