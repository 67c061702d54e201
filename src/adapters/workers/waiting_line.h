#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

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

/// How the system shares the processor between a worker and the others, where there are more than cores.
enum class Pace { swift, steady };

/// The jobs that wait in a lane, tenants having equal shares. A worker cannot be interrupted, so a share of the time is
/// not enough: where others have come lately, no tenant has the last free worker, and who has used most, and far more
/// than they, has none of the swift ones. Thread: any.
class WaitingLine : public std::enable_shared_from_this<WaitingLine> {
 public:
  /// Who came no longer ago than this may come again, and finds a worker free.
  static constexpr Milliseconds kLately{2'000};
  /// Who has used so many times what another has may have to leave the swift workers to that one.
  static constexpr double kFarMore = 2;

  WaitingLine(std::size_t most, std::size_t workers, LaneMetrics& metrics)
      : queue_(most), workers_(workers), metrics_(metrics) {}

  struct Admission {
    std::optional<Outcome> refusal{};     ///< it is not in the line
    std::shared_ptr<Ticket> gives_way{};  ///< another one that is not in it any more
  };
  /// `idle`: workers that will take one each. It comes at its time `queued`.
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
  /// null: nothing waits that may have such a worker now. Whatever is given has one until ended().
  std::shared_ptr<Ticket> pop(SteadyTime now, Pace pace);
  bool empty() const { return size() == 0; }
  std::size_t size() const;
  void ended(const Ticket& ticket);

 private:
  friend class KeptPlace;
  void give_back(TenantId tenant);
  Outcome reason_against(TenantId tenant) const;
  bool is_held(TenantId tenant, SteadyTime now, Pace pace) const;
  template <class IsOther>
  bool is_crowding(TenantId tenant, SteadyTime now, IsOther is_other) const;
  double used_by(TenantId tenant, SteadyTime now) const;
  void charge(const Ticket& ticket, SteadyTime now);
  void note(TenantId tenant, SteadyTime now);
  void publish();

  mutable std::mutex mutex_;
  struct Visit {
    TenantId tenant;
    SteadyTime when;
  };
  resilience::FairQueue<TenantId, std::shared_ptr<Ticket>> queue_;  ///< guarded by mutex_
  const std::size_t workers_;
  std::unordered_map<TenantId, std::size_t> running_;  ///< guarded by mutex_
  /// The cost of what a tenant was given, which fades: after kLately a third of it is left.
  struct Use {
    double cost = 0;
    SteadyTime when{};
    double at(SteadyTime now) const;
  };
  std::unordered_map<TenantId, Use> used_;  ///< guarded by mutex_
  /// The last tenants that came, the latest first; of different ones. Guarded by mutex_.
  std::array<std::optional<Visit>, 2> visits_;
  LaneMetrics& metrics_;
};

}  // namespace calotype::workers
