#pragma once

namespace calotype {

/// As long as it is there, SQLite on this thread reads from files only what the system has in memory: a read that would
/// wait for a disk fails, and with it the query. One at a time on each thread.
class CachedReadsOnly {
 public:
  CachedReadsOnly();
  ~CachedReadsOnly();
  CachedReadsOnly(const CachedReadsOnly&) = delete;
  CachedReadsOnly& operator=(const CachedReadsOnly&) = delete;

  /// False once the system has said that it cannot tell what it has in memory.
  static bool is_possible();
  /// To be called before the first connection is opened; again: nothing. Thread: any.
  static void prepare();
};

}  // namespace calotype
