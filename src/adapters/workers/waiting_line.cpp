#include "adapters/workers/waiting_line.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace calotype::workers {

namespace {

/// Tenants whose use is known, before those are forgotten who used nothing lately.
constexpr std::size_t kRemembered = 64;

}  // namespace

KeptPlace::~KeptPlace() {
  if (line_) line_->give_back(tenant_);
}

WaitingLine::Admission WaitingLine::push(std::shared_ptr<Ticket> ticket, std::size_t idle) {
  const std::lock_guard lock(mutex_);
  const auto tenant = ticket->tenant;
  const double cost = ticket->cost;
  note(tenant, ticket->queued);
  // A job that measures comes before the one that renders: the place is the first one's.
  if (ticket->place && std::exchange(ticket->place->line_, nullptr)) queue_.release(tenant);
  auto admission = queue_.push(tenant, cost, std::move(ticket), idle);
  if (!admission.is_in) return {.refusal = reason_against(tenant)};
  publish();
  return {.gives_way = admission.evicted.value_or(nullptr)};
}

WaitingLine::Kept WaitingLine::keep_place(TenantId tenant) {
  const std::lock_guard lock(mutex_);
  if (!queue_.reserve(tenant)) return {.refusal = reason_against(tenant)};
  return {.place = std::make_shared<KeptPlace>(shared_from_this(), tenant)};
}

void WaitingLine::give_back(TenantId tenant) {
  const std::lock_guard lock(mutex_);
  queue_.release(tenant);
}

void WaitingLine::put_back(std::shared_ptr<Ticket> ticket) {
  const std::lock_guard lock(mutex_);
  queue_.push_back_in(std::move(ticket));
  publish();
}

void WaitingLine::erase(const std::shared_ptr<Ticket>& ticket) {
  const std::lock_guard lock(mutex_);
  queue_.erase(ticket);
  publish();
}

std::shared_ptr<Ticket> WaitingLine::pop(SteadyTime now, Pace pace) {
  const std::lock_guard lock(mutex_);
  auto ticket = queue_.pop_unless([&](TenantId tenant) { return is_held(tenant, now, pace); }).value_or(nullptr);
  if (ticket) charge(*ticket, now);
  publish();
  return ticket;
}

void WaitingLine::ended(const Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(ticket.tenant);
  if (--found->second == 0) running_.erase(found);
}

std::size_t WaitingLine::size() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

/// Whether the worker is left to others, who may come: the last one that is free, and a swift one by who crowds.
bool WaitingLine::is_held(TenantId tenant, SteadyTime now, Pace pace) const {
  const auto is_other = [&](const auto& visit) {
    return visit && visit->tenant != tenant && now - visit->when < kLately;
  };
  if (workers_ < 2 || std::ranges::none_of(visits_, is_other)) return false;
  const auto found = running_.find(tenant);
  if (found != running_.end() && found->second + 1 >= workers_) return true;
  return pace == Pace::swift && is_crowding(tenant, now, is_other);
}

/// Whether nobody has used more, and one of those who came far less.
template <class IsOther>
bool WaitingLine::is_crowding(TenantId tenant, SteadyTime now, IsOther is_other) const {
  const auto own = used_by(tenant, now);
  const auto has_more = [&](const auto& use) { return use.first != tenant && use.second.at(now) > own; };
  if (std::ranges::any_of(used_, has_more)) return false;
  return std::ranges::any_of(
      visits_, [&](const auto& visit) { return is_other(visit) && own > kFarMore * used_by(visit->tenant, now); });
}

double WaitingLine::Use::at(SteadyTime now) const {
  return cost * std::exp(-std::chrono::duration<double>(now - when) / std::chrono::duration<double>(kLately));
}

double WaitingLine::used_by(TenantId tenant, SteadyTime now) const {
  const auto found = used_.find(tenant);
  return found == used_.end() ? 0 : found->second.at(now);
}

void WaitingLine::charge(const Ticket& ticket, SteadyTime now) {
  ++running_[ticket.tenant];
  used_[ticket.tenant] = {.cost = used_by(ticket.tenant, now) + ticket.cost, .when = now};
  if (used_.size() > kRemembered) std::erase_if(used_, [&](const auto& each) { return each.second.at(now) < 1; });
}

void WaitingLine::note(TenantId tenant, SteadyTime now) {
  if (tenant == TenantId()) return;  // the look at an upload, whosever it is: that may be the same one
  auto& [last, before] = visits_;
  if (last && last->tenant != tenant) before = last;
  last = Visit{.tenant = tenant, .when = now};
}

/// Where the tenant has most of what waits, and others wait as well, it is not the service that is too small.
Outcome WaitingLine::reason_against(TenantId tenant) const {
  const auto own = queue_.waiting_of(tenant);
  const bool is_crowding = own < queue_.size() && 2 * own > queue_.size();
  return is_crowding ? Outcome::over_share : Outcome::queue_full;
}

void WaitingLine::publish() { metrics_.waiting.set(static_cast<double>(queue_.size())); }

}  // namespace calotype::workers
