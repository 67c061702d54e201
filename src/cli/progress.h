#pragma once

#include <iosfwd>
#include <string>

#include "core/clock.h"

namespace calotype::cli {

/// How far a transfer is, on standard error: one line that is drawn anew on a terminal, else a line for each file.
/// Thread: one.
class Progress {
 public:
  Progress(std::ostream& err, bool is_terminal, std::size_t files, std::uint64_t bytes);
  ~Progress();

  void add_bytes(std::int64_t count);  ///< negative: a part is sent again
  void end_file(const std::string& name, std::uint64_t bytes);
  std::size_t files_done() const { return files_done_; }

 private:
  void draw(bool is_last);

  std::ostream& err_;
  bool is_terminal_;
  std::size_t files_;
  std::size_t files_done_ = 0;
  std::uint64_t total_;
  std::int64_t sent_ = 0;
  SteadyTime started_;
  SteadyTime drawn_{};
};

/// "12/80 files  3.4 MB of 10 MB  34%  1.2 MB/s  0:05 left": pure, for the line and its test.
std::string progress_text(std::size_t files_done, std::size_t files, std::uint64_t sent, std::uint64_t total,
                          double seconds);

/// Whether standard error is a terminal.
bool is_terminal();

}  // namespace calotype::cli
