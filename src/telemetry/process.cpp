#include "telemetry/process.h"

#include <sstream>
#include <string>

#include <dirent.h>
#include <unistd.h>

#include <fstream>

namespace calotype::telemetry {

namespace {

double count_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  double count = 0;
  while (const auto* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') ++count;
  }
  ::closedir(folder);
  return count - 1;  // without the one that was opened to count
}

/// Seconds since 1970 at which the machine was started.
double boot_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

}  // namespace

ProcessUse measure_process() {
  ProcessUse use;
  use.open_fds = count_descriptors();

  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  const auto name_end = text.rfind(')');  // the name itself may hold anything
  if (name_end == std::string::npos) return use;
  std::istringstream words(text.substr(name_end + 1));
  std::string word;
  double user = 0;
  double system = 0;
  double started = 0;
  double pages = 0;
  // proc(5): after the name comes field 3; 14 utime, 15 stime, 22 starttime, 24 rss.
  for (int field = 3; words >> word && field <= 24; ++field) {
    if (field == 14) user = std::stod(word);
    if (field == 15) system = std::stod(word);
    if (field == 22) started = std::stod(word);
    if (field == 24) pages = std::stod(word);
  }
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  use.cpu_seconds = (user + system) / ticks;
  use.resident_bytes = pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  use.start_seconds = boot_seconds() + started / ticks;
  return use;
}

}  // namespace calotype::telemetry
