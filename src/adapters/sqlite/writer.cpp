#include "adapters/sqlite/writer.h"

#include <utility>

#include <fmt/format.h>

#include "telemetry/log.h"

namespace calotype {

Writer::Writer(std::unique_ptr<Connection> connection, Limits limits)
    : connection_(std::move(connection)), limits_(limits), thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void Writer::add(Change change, Handoff handoff) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= limits_.queued) throw Error(Fault::unavailable, "change the database: too much is waiting");
    queue_.push_back({.change = std::move(change), .handoff = std::move(handoff)});
  }
  arrived_.notify_one();
}

std::size_t Writer::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::size_t Writer::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

bool Writer::has_failed() const {
  const std::lock_guard lock(mutex_);
  return has_failed_;
}

std::optional<Writer::Entry> Writer::next(bool may_wait) {
  std::unique_lock lock(mutex_);
  if (may_wait) arrived_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
  if (queue_.empty()) return std::nullopt;
  auto entry = std::move(queue_.front());
  queue_.pop_front();
  return entry;
}

void Writer::run() {
  while (auto first = next(true)) {
    if (first->handoff.begin()) commit_group(std::move(*first));
  }
}

/// Nobody is told anything before the commit: a change that was told done is on the disk.
void Writer::commit_group(Entry first) {
  std::vector<Entry> group;
  group.push_back(std::move(first));
  std::optional<Error> failed;
  try {
    connection_->run("BEGIN IMMEDIATE");
    const auto end = std::chrono::steady_clock::now() + limits_.group_time;
    attempt(group.back());
    while (group.size() < limits_.group && std::chrono::steady_clock::now() < end) {
      auto entry = next(false);
      if (!entry) break;
      if (!entry->handoff.begin()) continue;
      group.push_back(std::move(*entry));
      attempt(group.back());
    }
    connection_->run("COMMIT");
  } catch (const Error& error) {
    failed = error;
  } catch (const std::exception& error) {
    failed = Error(Fault::internal, fmt::format("commit changes: {}", error.what()));
  }
  if (failed) {
    telemetry::log(telemetry::Level::error, "database_commit_failed", {{"error", failed->what()}});
    roll_back();
  }
  {
    const std::lock_guard lock(mutex_);
    has_failed_ = failed.has_value();
    if (!failed) ++commits_;
  }
  for (auto& entry : group) {
    entry.change = nullptr;
    // To each an exception of its own: they are read in different threads.
    if (!entry.thrown && failed) entry.thrown = std::make_exception_ptr(*failed);
    entry.handoff.finish(std::move(entry.thrown));
  }
}

/// Throws only when the whole group is lost.
void Writer::attempt(Entry& entry) {
  connection_->run("SAVEPOINT change");
  try {
    entry.change(*connection_);
    connection_->run("RELEASE change");
  } catch (...) {
    entry.thrown = std::current_exception();
    // A full disk or an I/O error may end the transaction by itself, and with it the changes before this one.
    if (!connection_->is_in_transaction()) throw;
    connection_->run("ROLLBACK TO change");
    connection_->run("RELEASE change");
  }
}

void Writer::roll_back() {
  if (!connection_->is_in_transaction()) return;
  try {
    connection_->run("ROLLBACK");
  } catch (const std::exception& error) {
    telemetry::log(telemetry::Level::error, "database_rollback_failed", {{"error", error.what()}});
  }
}

}  // namespace calotype
