// A closed-loop load generator: so many connections, each asks again as soon as it has its whole answer.
//
//   load PORT --connections N --seconds S --magic HEX [--cycle] [--close] < paths
//
// Paths come one a line. Each is asked for once, in order; --cycle begins anew at the end. After S seconds, or when the
// paths are used up, no request begins any more, but those that have begun are waited for and counted: so processor
// time spent and answers counted belong together. Only a 200 whose body begins with the bytes HEX is an answer;
// everything else is an error. --close: a connection of its own for each request. Prints one JSON object.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr auto kPatience = std::chrono::seconds(20);  // after the end, for answers still on their way

struct Options {
  std::uint16_t port = 0;
  int connections = 8;
  double seconds = 1;
  std::string magic;
  bool is_cycle = false;
  bool is_close = false;
};

struct Tally {
  std::int64_t answers = 0;
  std::int64_t errors = 0;
  std::int64_t bytes = 0;
  std::string first_error;
  std::map<std::int64_t, std::int64_t> latency;  // microseconds -> how many answers took that long
};

/// The head of an answer, as far as it matters here.
struct Head {
  int status = 0;
  std::size_t body_begin = 0;
  std::optional<std::size_t> length;
  bool is_last = false;
};

bool equals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(a[i])) != std::tolower(static_cast<unsigned char>(b[i]))) return false;
  }
  return true;
}

std::optional<Head> read_head(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  Head head;
  head.body_begin = end + 4;
  if (text.size() > 12) std::from_chars(text.data() + 9, text.data() + 12, head.status);
  for (auto at = text.find("\r\n"); at < end; at = text.find("\r\n", at + 2)) {
    const auto line = text.substr(at + 2, text.find("\r\n", at + 2) - at - 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (equals(line.substr(0, colon), "content-length")) {
      std::size_t length = 0;
      std::from_chars(value.data(), value.data() + value.size(), length);
      head.length = length;
    }
    if (equals(line.substr(0, colon), "connection") && equals(value, "close")) head.is_last = true;
  }
  return head;
}

class Load {
 public:
  Load(Options options, std::vector<std::string> paths) : options_(std::move(options)), paths_(std::move(paths)) {}

  void run() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    connections_.resize(static_cast<std::size_t>(options_.connections));
    begun_ = Clock::now();
    end_ = begun_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    last_ = begun_;
    for (std::size_t i = 0; i < connections_.size(); ++i) next(i);
    std::vector<epoll_event> events(connections_.size());
    while (busy_ > 0 && Clock::now() < end_ + kPatience) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < count; ++i) receive(static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64));
    }
    for (int i = 0; i < busy_; ++i) fail("no answer");
  }

  void print() const {
    rusage own{};
    getrusage(RUSAGE_SELF, &own);
    const double cpu = static_cast<double>(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
                       static_cast<double>(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
    std::cout << "{\"answers\":" << tally_.answers << ",\"errors\":" << tally_.errors << ",\"bytes\":" << tally_.bytes
              << ",\"seconds\":" << std::chrono::duration<double>(last_ - begun_).count() << ",\"cpu_seconds\":" << cpu
              << ",\"asked\":" << asked_ << ",\"first_error\":\"" << tally_.first_error << "\",\"latency_us\":[";
    const char* comma = "";
    for (const auto& [time, count] : tally_.latency) {
      std::cout << comma << '[' << time << ',' << count << ']';
      comma = ",";
    }
    std::cout << "]}\n";
  }

 private:
  struct Connection {
    int socket = -1;
    std::string got;
    Clock::time_point asked;
  };

  void fail(std::string_view what) {
    ++tally_.errors;
    if (!tally_.first_error.empty()) return;
    for (const char c : what.substr(0, 80)) tally_.first_error += c < ' ' || c == '"' || c == '\\' ? '.' : c;
  }

  bool open(std::size_t index) {
    Connection& connection = connections_[index];
    connection.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(connection.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
    const int on = 1;
    setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
    return epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event) == 0;
  }

  void close_socket(Connection& connection) {
    if (connection.socket >= 0) close(connection.socket);
    connection.socket = -1;
  }

  /// Begins this connection's next request; leaves it idle when there is none.
  void next(std::size_t index) {
    Connection& connection = connections_[index];
    for (int tries = 0; tries < 3; ++tries) {
      if (Clock::now() >= end_ || (!options_.is_cycle && asked_ >= paths_.size())) break;
      connection.asked = Clock::now();
      connection.got.clear();
      const std::string request = "GET " + paths_[asked_ % paths_.size()] +
                                  " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n" +
                                  (options_.is_close ? "Connection: close\r\n\r\n" : "\r\n");
      ++asked_;
      if ((connection.socket >= 0 || open(index)) && send(connection.socket, request.data(), request.size(),
                                                          MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
        ++busy_;
        return;
      }
      fail(std::strerror(errno));
      close_socket(connection);
    }
    close_socket(connection);
  }

  void receive(std::size_t index) {
    Connection& connection = connections_[index];
    char buffer[65536];
    const ssize_t count = recv(connection.socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return finish(index, "connection ended", true);
    connection.got.append(buffer, static_cast<std::size_t>(count));
    const auto head = read_head(connection.got);
    if (!head) return;
    if (!head->length) return finish(index, "answer without content-length", true);
    if (connection.got.size() < head->body_begin + *head->length) return;
    const bool is_good =
        head->status == 200 && connection.got.compare(head->body_begin, options_.magic.size(), options_.magic) == 0;
    const bool is_last = head->is_last || options_.is_close;
    if (!is_good) return finish(index, connection.got.substr(0, connection.got.find('\r')), is_last);
    ++tally_.answers;
    tally_.bytes += static_cast<std::int64_t>(*head->length);
    const auto took = std::chrono::duration_cast<microseconds>(Clock::now() - connection.asked).count();
    ++tally_.latency[took];
    finish(index, "", is_last);
  }

  void finish(std::size_t index, std::string_view error, bool is_last) {
    --busy_;
    last_ = Clock::now();
    if (!error.empty()) fail(error);
    if (is_last) close_socket(connections_[index]);
    next(index);
  }

  Options options_;
  std::vector<std::string> paths_;
  std::vector<Connection> connections_;
  Tally tally_;
  Clock::time_point begun_, end_, last_;
  std::size_t asked_ = 0;
  int busy_ = 0;
  int epoll_ = -1;
};

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::strtoul(std::string(hex.substr(i, 2)).c_str(), nullptr, 16));
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "0";
    if (word == "--cycle") {
      options.is_cycle = true;
    } else if (word == "--close") {
      options.is_close = true;
    } else if (word == "--connections") {
      options.connections = std::atoi(value), ++i;
    } else if (word == "--seconds") {
      options.seconds = std::atof(value), ++i;
    } else if (word == "--magic") {
      options.magic = bytes_of(value), ++i;
    } else {
      options.port = static_cast<std::uint16_t>(std::atoi(argv[i]));
    }
  }
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);) paths.push_back(line);
  if (options.port == 0 || options.connections < 1 || paths.empty()) {
    std::cerr << "usage: load PORT --connections N --seconds S --magic HEX [--cycle] [--close] < paths\n";
    return 2;
  }
  Load load(std::move(options), std::move(paths));
  load.run();
  load.print();
}
