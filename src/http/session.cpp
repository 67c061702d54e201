#include "http/session.h"

#include <boost/asio/post.hpp>

#include "core/error.h"
#include "core/id.h"
#include "http/problem.h"
#include "http/text.h"
#include "telemetry/log.h"

namespace calotype::http {

namespace {

constexpr std::size_t kHeadRead = 16 * 1024;
constexpr std::size_t kMostLingered = 1 << 20;
/// As nginx logs a client that did not wait for its answer. It is never sent.
constexpr int kHasLeft = 499;
constexpr std::string_view kServerMethods = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

SteadyTime now() { return std::chrono::steady_clock::now(); }

ParserLimits parser_limits(const ServerLimits& limits) {
  return {limits.head_bytes, limits.fields, limits.target_bytes, limits.body_bytes};
}

/// The client's own, so that its logs and ours can be joined; else a new one.
std::string request_id_of(const Request& request) {
  const auto given = Uuid::parse(request.fields.get("X-Request-Id"));
  return given ? given->text() : Uuid::random().text();
}

bool asks_to_keep(const Request& request) { return is_same_name(request.fields.get("Connection"), "keep-alive"); }

Response about_server() {
  Response response;
  response.status = 204;
  response.fields.add("Allow", std::string(kServerMethods));
  return response;
}

void log_failure(const Context& context, const char* what) {
  telemetry::log(telemetry::Level::error, "request_failed", {{"request_id", context.request_id}, {"error", what}});
}

}  // namespace

Session::Session(Surroundings around, Socket socket, std::string peer)
    : around_(around),
      limits_(around.listener.limits),
      connection_(std::move(socket), around.scratch),
      peer_(std::move(peer)) {}

Task<> Session::run() {
  for (bool goes_on = true; goes_on;) {
    const auto head = co_await read_head();
    if (head == Head::none) break;
    goes_on = co_await answer(head);
    // A client that sends many requests at once must not keep the thread for itself.
    if (goes_on && !connection_.input().empty()) {
      const auto executor = co_await current_executor();
      co_await boost::asio::post(executor, boost::asio::use_awaitable);
    }
  }
  if (lingers_) co_await linger();
  connection_.close();
}

Task<Session::Head> Session::read_head() {
  parser_.emplace(parser_limits(limits_));
  refusal_.reset();
  bool has_begun = false;
  int empty_lines = 0;
  connection_.set_deadline(now() + (is_first_ ? limits_.head_wait : limits_.idle_wait));
  for (;;) {
    // An empty line before a request is skipped, once (RFC 9112, section 2.2).
    if (!has_begun && empty_lines == 0 && connection_.input().starts_with("\r\n")) {
      connection_.use_up(2);
      ++empty_lines;
    }
    const bool is_half_line = empty_lines == 0 && !has_begun && connection_.input() == "\r";
    if (!connection_.input().empty()) {
      if (!has_begun && !is_half_line) {
        has_begun = true;
        is_first_ = false;
        connection_.set_deadline(now() + limits_.head_wait);
      }
      if (has_begun) connection_.use_up(parser_->feed_head(connection_.input()));
      refusal_ = parser_->refusal();
      if (refusal_) co_return Head::refused;
      if (has_begun && parser_->has_head()) co_return Head::whole;
    }
    is_idle_ = !has_begun;
    if (is_idle_ && around_.is_draining) connection_.shut_input();
    const auto outcome = co_await connection_.receive(kHeadRead, is_idle_);
    is_idle_ = false;
    if (outcome == Connection::Outcome::done) continue;
    if (outcome != Connection::Outcome::timed_out || !has_begun) co_return Head::none;
    refusal_ = Refusal{408, "the head did not come in time"};
    co_return Head::refused;
  }
}

Task<bool> Session::answer(Head head) {
  const auto started = now();
  auto request = parser_->take_request();
  request.peer = peer_;
  RequestBody body(connection_, *parser_, limits_);
  request.body = &body;
  Context context{.deadline = started + limits_.request_wait, .request_id = request_id_of(request)};
  connection_.set_deadline(SteadyTime::max());

  Response response;
  if (head == Head::refused) {
    response = problem(refusal_->status, refusal_->detail, context.request_id);
    if (refusal_->status == 405) response.fields.add("Allow", std::string(kServerMethods));
  } else if (parser_->is_for_server()) {
    response = about_server();
  } else {
    const Watched watched(around_.watch, connection_, body, started);
    context.departure = watched.departure();
    response = co_await handle(context, request);
    has_left_ = watched.has_left();
  }

  const bool has_all = head == Head::whole && body.is_done();
  const bool discards = head == Head::whole && !has_all && body.is_worth_discarding();
  HeadFacts facts{.date = around_.date.now(), .request_id = context.request_id};
  facts.answers_head = request.method == Method::head;
  facts.closes = response.closes || around_.is_draining || !(has_all || discards) || !parser_->keeps_alive();
  facts.keeps_http10 = asks_to_keep(request);
  bool is_sent = false;
  if (!has_left_) is_sent = co_await send(response, facts);
  const bool has_body = !has_left_ && sends_body(response, facts.answers_head);

  around_.traffic.record({.route = response.route,
                          .method = name_of(request.method),
                          .path = request.path,
                          .peer = peer_,
                          .request_id = context.request_id,
                          .status = has_left_ ? kHasLeft : response.status,
                          .bytes = has_body ? response.body_size() : 0,
                          .duration = now() - started,
                          .is_cut = !is_sent});
  if (!is_sent) co_return false;
  lingers_ = facts.closes && !has_all;
  if (facts.closes) co_return false;
  if (!discards) co_return true;
  const bool is_clean = co_await body.discard();
  co_return is_clean;
}

Task<Response> Session::handle(const Context& context, Request& request) {
  try {
    auto response = co_await around_.listener.handler(context, request);
    if (has_sound_fields(response)) co_return response;
    log_failure(context, "a field of the response holds a control character");
  } catch (const std::exception& error) {
    log_failure(context, error.what());
  }
  co_return problem(500, "the request could not be handled", context.request_id);
}

Task<bool> Session::send(const Response& response, const HeadFacts& facts) {
  head_.clear();
  append_head(head_, response, facts);
  const bool has_body = sends_body(response, facts.answers_head);
  const auto* file = std::get_if<FilePart>(&response.body);
  const auto bytes = has_body && file == nullptr ? std::get<Bytes>(response.body).view() : std::span<const std::byte>();
  const auto outcome = co_await connection_.send(head_, bytes, limits_.write_stall, has_body && file != nullptr);
  if (outcome != Connection::Outcome::done) co_return false;
  if (!has_body || file == nullptr) co_return true;
  const auto part = *file;
  const auto sent = co_await connection_.send_file(part, limits_.write_stall);
  co_return sent == Connection::Outcome::done;
}

/// A client that still sends would get a reset instead of the answer if the connection were closed at once.
Task<> Session::linger() {
  connection_.shut_output();
  connection_.set_deadline(now() + limits_.linger_wait);
  for (std::size_t read = 0; read < kMostLingered;) {
    connection_.use_up(connection_.input().size());
    const auto outcome = co_await connection_.receive(sizeof(Scratch), false);
    if (outcome != Connection::Outcome::done) co_return;
    read += connection_.input().size();
  }
}

void Session::drain() {
  if (is_idle_) connection_.shut_input();
}

}  // namespace calotype::http
