#include "support/http_client.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace calotype::testing {

namespace {

constexpr int kWaitMilliseconds = 5'000;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("http client: " + what); }

bool is_same(std::string_view a, std::string_view b) {
  const auto is_equal = [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_equal);
}

bool has(const FieldList& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return is_same(field.first, name); });
}

HttpAnswer parse_head(std::string_view head) {
  HttpAnswer answer;
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 13) fail("not an answer: " + std::string(head.substr(0, 80)));
  answer.status = std::stoi(std::string(head.substr(9, 3)));
  head.remove_prefix(std::min(head.size(), head.find("\r\n") + 2));
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) fail("a line without colon: " + std::string(line));
    answer.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
  }
  return answer;
}

}  // namespace

std::string HttpAnswer::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (is_same(key, name)) return value;
  }
  return {};
}

HttpClient::HttpClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    fail(std::string("connect: ") + std::strerror(errno));
  }
}

void HttpClient::send(std::string_view raw) {
  while (!raw.empty()) {
    pollfd ready{.fd = socket_.get(), .events = POLLOUT, .revents = 0};
    if (::poll(&ready, 1, kWaitMilliseconds) <= 0) fail("sending takes too long");
    const auto count = ::send(socket_.get(), raw.data(), raw.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) continue;
    if (count < 0) fail(std::string("send: ") + std::strerror(errno));
    raw.remove_prefix(static_cast<std::size_t>(count));
  }
}

void HttpClient::fill() {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, kWaitMilliseconds) <= 0) fail("no answer in time");
  std::array<char, 64 * 1024> piece;
  const auto count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
  if (count < 0) fail(std::string("receive: ") + std::strerror(errno));
  if (count == 0) fail("the server closed");
  buffer_.append(piece.data(), static_cast<std::size_t>(count));
}

HttpAnswer HttpClient::read_answer(bool answers_head) {
  auto end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos) {
    fill();
    end = buffer_.find("\r\n\r\n");
  }
  auto answer = parse_head(std::string_view(buffer_).substr(0, end + 2));
  buffer_.erase(0, end + 4);
  const bool has_body = !answers_head && answer.status >= 200 && answer.status != 204 && answer.status != 304;
  if (!has_body) return answer;
  const auto length = answer.field("Content-Length");
  if (length.empty()) fail("an answer without Content-Length");
  const auto size = std::stoull(length);
  while (buffer_.size() < size) fill();
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

HttpAnswer HttpClient::request(std::string_view method, std::string_view target, FieldList fields,
                               std::string_view body) {
  std::string raw = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
  if (!has(fields, "Host")) fields.emplace_back("Host", "localhost");
  const bool needs_length = !body.empty() || method == "POST" || method == "PUT";
  if (needs_length && !has(fields, "Content-Length"))
    fields.emplace_back("Content-Length", std::to_string(body.size()));
  for (const auto& [name, value] : fields) raw += name + ": " + value + "\r\n";
  raw += "\r\n";
  raw += body;
  send(raw);
  return read_answer(method == "HEAD");
}

std::string HttpClient::read_to_end() {
  for (;;) {
    pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kWaitMilliseconds) <= 0) fail("the server does not close");
    std::array<char, 64 * 1024> piece;
    const auto count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (count <= 0) return std::exchange(buffer_, {});
    buffer_.append(piece.data(), static_cast<std::size_t>(count));
  }
}

bool HttpClient::has_input_within(std::chrono::milliseconds limit) {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return !buffer_.empty() || ::poll(&ready, 1, static_cast<int>(limit.count())) > 0;
}

bool HttpClient::is_closed_within(std::chrono::milliseconds limit) {
  if (!buffer_.empty() || !has_input_within(limit)) return false;
  char byte = 0;
  return ::recv(socket_.get(), &byte, 1, MSG_PEEK) <= 0;
}

void HttpClient::shut_output() { ::shutdown(socket_.get(), SHUT_WR); }

void HttpClient::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

}  // namespace calotype::testing
