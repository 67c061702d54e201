#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "cli/show.h"

namespace calotype::cli {

namespace {

constexpr Milliseconds kRedraw{150};
constexpr int kBar = 24;

SteadyTime now() { return std::chrono::steady_clock::now(); }

std::string clock_text(std::uint64_t seconds) {
  if (seconds >= 3600) return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace

bool is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::string progress_text(std::size_t files_done, std::size_t files, std::uint64_t sent, std::uint64_t total,
                          double seconds) {
  const double part = total == 0 ? 1.0 : std::min(1.0, static_cast<double>(sent) / static_cast<double>(total));
  const double rate = seconds > 0 ? static_cast<double>(sent) / seconds : 0;
  const auto full = static_cast<int>(part * kBar);
  auto text = fmt::format("[{}{}] {:3}%  {} of {}  {}/{} files", std::string(static_cast<std::size_t>(full), '#'),
                          std::string(static_cast<std::size_t>(kBar - full), '-'), static_cast<int>(part * 100),
                          size_text(sent), size_text(total), files_done, files);
  if (rate < 1) return text;
  text += fmt::format("  {}/s", size_text(static_cast<std::uint64_t>(rate)));
  if (sent < total)
    text += fmt::format("  {} left", clock_text(static_cast<std::uint64_t>(static_cast<double>(total - sent) / rate)));
  return text;
}

Progress::Progress(std::ostream& err, bool is_terminal, std::size_t files, std::uint64_t bytes)
    : err_(err), is_terminal_(is_terminal), files_(files), total_(bytes), started_(now()) {}

Progress::~Progress() {
  if (is_terminal_ && drawn_ != SteadyTime{}) draw(true);
}

void Progress::add_bytes(std::int64_t count) {
  sent_ += count;
  if (is_terminal_ && now() - drawn_ >= kRedraw) draw(false);
}

void Progress::end_file(const std::string& name, std::uint64_t bytes) {
  ++files_done_;
  if (is_terminal_) {
    draw(false);
  } else {
    err_ << fmt::format("{} {} ({}/{})\n", name, size_text(bytes), files_done_, files_);
  }
}

void Progress::draw(bool is_last) {
  drawn_ = now();
  const auto seconds = std::chrono::duration<double>(drawn_ - started_).count();
  const auto sent = static_cast<std::uint64_t>(std::max<std::int64_t>(sent_, 0));
  err_ << "\r\x1b[K" << progress_text(files_done_, files_, sent, total_, seconds);
  if (is_last) err_ << "\n";
  err_ << std::flush;
}

}  // namespace calotype::cli
