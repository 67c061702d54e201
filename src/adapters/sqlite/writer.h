#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "adapters/sqlite/connection.h"
#include "core/clock.h"
#include "core/handoff.h"

namespace calotype {

/// The one that changes the database: a thread that takes changes from a queue and commits them in groups, because a
/// commit costs a disk's flush whatever is in it. A change that fails is undone alone. Thread: any.
class Writer {
 public:
  struct Limits {
    std::size_t queued = 4096;
    std::size_t group = 64;      ///< changes in one commit
    Milliseconds group_time{2};  ///< a group takes no more changes after so long
  };

  Writer(std::unique_ptr<Connection> connection, Limits limits);
  /// Does what is queued, then ends.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  using Change = std::function<void(Connection&)>;
  /// Ends `handoff` once `change` is on the disk, or has failed. Throws: unavailable when the queue is full.
  void add(Change change, Handoff handoff);

  /// Changes that wait.
  std::size_t queued() const;
  /// Commits so far.
  std::size_t commits() const;
  /// Whether the last commit failed.
  bool has_failed() const;

 private:
  struct Entry {
    Change change;
    Handoff handoff;
    std::exception_ptr thrown{};
  };

  void run();
  std::optional<Entry> next(bool may_wait);
  void commit_group(Entry first);
  void attempt(Entry& entry);
  void roll_back();

  const std::unique_ptr<Connection> connection_;  ///< used by the thread alone
  const Limits limits_;

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  // Guarded by mutex_.
  std::deque<Entry> queue_;
  bool is_ending_ = false;
  std::size_t commits_ = 0;
  bool has_failed_ = false;

  std::thread thread_;
};

}  // namespace calotype
