#include "telemetry/log.h"

#include <array>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "core/fd.h"

namespace calotype::telemetry {
namespace {

/// Standard error goes to a pipe for as long as this lives.
class CaughtErrors {
 public:
  CaughtErrors() {
    flush_log();
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    reading_ = Fd(ends[0]);
    const Fd writing(ends[1]);
    saved_ = Fd(::dup(STDERR_FILENO));
    ::dup2(writing.get(), STDERR_FILENO);
  }
  ~CaughtErrors() { restore(); }

  void restore() {
    if (saved_) ::dup2(saved_.get(), STDERR_FILENO);
    saved_.reset();
  }

  std::string read_some() {
    std::string text(65536, '\0');
    const auto count = ::read(reading_.get(), text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

 private:
  Fd reading_;
  Fd saved_;
};

TEST(Log, WritesWholeLinesFromTheConfiguredLevel) {
  CaughtErrors errors;
  configure_log(Level::info, LogFormat::json);
  log(Level::debug, "unseen");
  log(Level::info, "seen", {{"n", 1}});
  flush_log();

  const auto text = errors.read_some();

  EXPECT_EQ(text.find("unseen"), std::string::npos);
  EXPECT_NE(text.find(R"("event":"seen","n":1})"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\n"));
}

TEST(Log, DropsAndCountsInsteadOfWaitingForASinkThatStands) {
  CaughtErrors errors;
  const auto before = dropped_log_lines();
  const std::string large(10'000, 'x');
  for (int i = 0; i < 900; ++i) log(Level::info, "flood", {{"text", large}});  // 9 MB into a queue of 4 MB

  EXPECT_GT(dropped_log_lines(), before);

  std::string all;
  std::thread reader([&] {
    for (auto text = errors.read_some(); !text.empty(); text = errors.read_some()) all += text;
  });
  flush_log();
  errors.restore();
  reader.join();
  EXPECT_NE(all.find(R"("event":"log_lines_dropped")"), std::string::npos);
}

}  // namespace
}  // namespace calotype::telemetry
