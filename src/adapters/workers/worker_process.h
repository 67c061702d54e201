#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "core/fd.h"
#include "core/scheduling.h"

/// One exec'ed calotype-worker: its socket, and a descriptor that cannot come to mean another process.
/// Thread: the thread that started it must outlive it, because its death takes the worker along; ending() is that
/// one's. The rest is any one at a time, and kill(), hang_up() and what has no effect are any.
namespace calotype::workers {

struct ProcessOptions {
  std::string binary;
  std::uint64_t memory_bytes = 0;  ///< the largest budget of a job
  bool takes_test_jobs = false;
  bool takes_documents = false;
  Scheduling scheduling;
};

class WorkerProcess {
 public:
  /// Starts it with a clean environment. Throws unavailable when the program is not there or the system is out of
  /// processes or descriptors.
  explicit WorkerProcess(const ProcessOptions& options);
  /// Kills it and waits until it is gone.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t id() const { return id_; }
  int socket() const { return socket_.get(); }
  /// Becomes readable when the process ends.
  int death() const { return death_.get(); }

  /// Whether it has ended with our last message still unread. Tells once.
  bool has_died_unread();

  void kill();
  /// Closes the socket for both sides: the worker ends by itself.
  void hang_up();
  /// How it ended, in words for the log; nullopt while it runs. Also takes it off the system's list. Waits for no one
  /// but a process that `death` has announced.
  std::optional<std::string> ending();

  /// Lowers what it may map and burn to what its next job may use; no more than it got at the start.
  void limit_job(std::uint64_t address_space_bytes, std::uint64_t cpu_seconds);
  /// 0 when the system does not tell.
  std::uint64_t resident_bytes() const;

 private:
  pid_t id_ = -1;
  Fd socket_;
  Fd death_;
  std::optional<std::string> ending_;
  std::uint64_t address_space_limit_ = 0;  ///< what limit_job() set last
  std::uint64_t cpu_limit_ = 0;
};

}  // namespace calotype::workers
