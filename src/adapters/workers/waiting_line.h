#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "adapters/workers/pool_metrics.h"
#include "adapters/workers/ticket.h"
#include "ports/image_engine.h"
#include "resilience/fair_queue.h"

namespace calotype::workers {

class WaitingLine;

/// A place in a line that is kept for a job while what it needs is opened.
class KeptPlace final : public EngineRoom {
 public:
  KeptPlace(std::shared_ptr<WaitingLine> line, TenantId tenant) : line_(std::move(line)), tenant_(tenant) {}
  ~KeptPlace() override;
  KeptPlace(const KeptPlace&) = delete;
  KeptPlace& operator=(const KeptPlace&) = delete;

 private:
  friend class WaitingLine;
  std::shared_ptr<WaitingLine> line_;  ///< null: the job has come
  TenantId tenant_;
};

/// The jobs that wait in a lane, tenants having equal shares. Thread: any.
class WaitingLine : public std::enable_shared_from_this<WaitingLine> {
 public:
  WaitingLine(std::size_t most, LaneMetrics& metrics) : queue_(most), metrics_(metrics) {}

  struct Admission {
    std::optional<Outcome> refusal{};     ///< it is not in the line
    std::shared_ptr<Ticket> gives_way{};  ///< another one that is not in it any more
  };
  /// `idle`: workers that will take one each.
  Admission push(std::shared_ptr<Ticket> ticket, std::size_t idle);
  struct Kept {
    std::optional<Outcome> refusal{};
    std::shared_ptr<KeptPlace> place{};
  };
  /// A place for a tenant's next job, or what push() would refuse it with.
  Kept keep_place(TenantId tenant);

  /// Before all others: it was taken in vain.
  void put_back(std::shared_ptr<Ticket> ticket);
  void erase(const std::shared_ptr<Ticket>& ticket);
  /// null: nothing waits.
  std::shared_ptr<Ticket> pop();

 private:
  friend class KeptPlace;
  void give_back(TenantId tenant);
  Outcome reason_against(TenantId tenant) const;
  void publish();

  mutable std::mutex mutex_;
  resilience::FairQueue<TenantId, std::shared_ptr<Ticket>> queue_;  ///< guarded by mutex_
  LaneMetrics& metrics_;
};

}  // namespace calotype::workers
