#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "adapters/workers/pool_metrics.h"
#include "cell/message.h"
#include "core/clock.h"
#include "model/tenant.h"

namespace calotype::workers {

class KeptPlace;

/// One job on its way through a lane.
struct Ticket {
  enum class State { queued, running, done };

  explicit Ticket(cell::JobKind k) : kind(k) {}

  cell::JobKind kind;
  std::uint64_t id = 0;
  std::string message;
  std::vector<int> descriptors;           ///< of what `cargo` keeps open
  std::shared_ptr<const void> cargo;      ///< lives as long as the ticket, whatever becomes of who waits for it
  std::uint64_t address_space_bytes = 0;  ///< over the worker's floor: budget, original, output, marks
  std::uint64_t output_bytes = 0;
  SteadyTime deadline;        ///< of the request
  std::stop_token departure;  ///< of all who wait for it
  Milliseconds patience{0};   ///< so long it may wait for a worker
  Milliseconds limit{0};      ///< and so long it may run
  TenantId tenant;
  std::shared_ptr<KeptPlace> place;  ///< that was kept for it; null: none was
  double cost = 1;                   ///< processor time, roughly, in microseconds
  std::string request_id;

  // From here on guarded by the lane's mutex, until it is done.
  State state = State::queued;
  SteadyTime queued;
  SteadyTime begun;  ///< when a worker got it
  Outcome outcome = Outcome::died;
  cell::Answer answer;                               ///< of ok and refused
  std::string ending;                                ///< of died: how
  std::shared_ptr<boost::asio::steady_timer> waker;  ///< of who waits; cancelled when the state changes
};

using SharedTicket = std::shared_ptr<Ticket>;

}  // namespace calotype::workers
