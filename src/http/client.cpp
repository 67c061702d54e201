#include "http/client.h"

#include <cstdio>
#include <map>
#include <mutex>

#include <boost/asio/query.hpp>

#include "core/error.h"
#include "http/response_head.h"
#include "http/response_parser.h"
#include "http/text.h"
#include "http/wire.h"

namespace calotype::http {

namespace {

constexpr std::size_t kStep = 64 * 1024;
constexpr std::size_t kMostFraming = 32 * 1024;  // a chunk's head with its extensions, or the trailers
constexpr int kMostInterim = 8;                  // responses such as 100 and 103 before the final one

SteadyTime now() { return std::chrono::steady_clock::now(); }

bool is_idempotent(Method method) { return method != Method::post && method != Method::other; }

bool is_written_here(std::string_view name) {
  for (const auto* own : {"Host", "Content-Length", "Transfer-Encoding", "Connection"}) {
    if (is_same_name(name, own)) return true;
  }
  return false;
}

/// Without a body: "Content-Length: 0" only where a body is expected.
void append_framing(std::string& head, const ClientRequest& request) {
  const auto size = request.stream ? request.stream->size() : std::optional<std::uint64_t>(request.body.size());
  if (!size) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (*size > 0 || request.method == Method::post || request.method == Method::put) {
    head += "Content-Length: " + std::to_string(*size) + "\r\n";
  }
}

/// Throws invalid where a field could break out of its line.
std::string head_of(const ClientRequest& request, const Url& url) {
  Response fields;
  fields.fields = request.fields;
  if (!has_sound_fields(fields)) throw Error(Fault::invalid, "write a request: a field holds a control character");
  std::string head(name_of(request.method));
  head += " " + url.target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
  append_framing(head, request);
  for (const auto& [name, value] : request.fields.all()) {
    if (!is_written_here(name)) head += name + ": " + value + "\r\n";
  }
  head += "\r\n";
  return head;
}

}  // namespace

/// The connections of a client: those in use are counted, idle ones wait here for the next request of their origin on
/// their own loop.
struct Client::State : std::enable_shared_from_this<Client::State> {
  explicit State(ClientOptions with) : options(std::move(with)) {}

  struct Idle {
    std::string origin;
    std::unique_ptr<Wire> wire;
    SteadyTime since;
  };

  /// Throws unavailable.
  void enter() {
    const std::lock_guard lock(mutex);
    if (open >= options.connections) throw Error(Fault::unavailable, "connect: too many connections are open");
    ++open;
  }
  void leave() {
    const std::lock_guard lock(mutex);
    --open;
  }

  std::unique_ptr<Wire> take(const void* loop, const std::string& origin) {
    const std::lock_guard lock(mutex);
    auto& kept = idle[loop];
    std::erase_if(kept,
                  [&](const Idle& one) { return now() - one.since > options.idle_wait || !one.wire->is_quiet(); });
    for (auto one = kept.rbegin(); one != kept.rend(); ++one) {
      if (one->origin != origin) continue;
      auto wire = std::move(one->wire);
      kept.erase(std::next(one).base());
      return wire;
    }
    return nullptr;
  }

  void give(const void* loop, const std::string& origin, std::unique_ptr<Wire> wire) {
    wire->set_deadline(SteadyTime::max());
    const std::lock_guard lock(mutex);
    auto& kept = idle[loop];
    if (kept.size() >= options.idle_connections && !kept.empty()) kept.erase(kept.begin());
    kept.push_back({origin, std::move(wire), now()});
  }

  /// Throws unavailable.
  boost::asio::ssl::context& trust() {
    const std::lock_guard lock(mutex);
    if (tls) return *tls;
    auto made = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_client);
    ::SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION);
    for (const auto& file : {options.ca_file, options.extra_ca_file}) {
      Wire::Code code;
      if (!file.empty()) made->load_verify_file(file, code);
      if (code) throw Error(Fault::unavailable, "read the trusted certificates of " + file + ": " + code.message());
    }
    tls = std::move(made);
    return *tls;
  }

  const ClientOptions options;
  std::mutex mutex;
  std::size_t open = 0;  // guarded by mutex, as is all below
  std::map<const void*, std::vector<Idle>> idle;
  std::unique_ptr<boost::asio::ssl::context> tls;
};

/// One exchange on one connection.
struct ClientResponse::State {
  State(std::shared_ptr<Client::State> of, const ClientRequest& request, Url to, SteadyTime until)
      : client(std::move(of)),
        url(std::move(to)),
        deadline(until),
        parser(std::make_unique<ResponseParser>(client->options.head_bytes, request.method == Method::head)),
        answers_head(request.method == Method::head) {
    client->enter();
  }
  ~State() { client->leave(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Gets a connection: a kept one if `may_reuse`.
  Task<> connect(bool may_reuse);
  Task<Wire::Code> write_request(const ClientRequest& request);
  /// False when the connection was closed before a byte came.
  Task<bool> read_head();
  Task<std::size_t> read(std::span<std::byte> into);
  Task<Wire::Code> read_more(SteadyTime until);
  /// The connection goes back when nothing of this exchange is left on it.
  void finish();
  [[noreturn]] void fail(Fault fault, const std::string& why);

  std::shared_ptr<Client::State> client;
  Url url;
  SteadyTime deadline;
  std::unique_ptr<ResponseParser> parser;
  bool answers_head;
  const void* loop = nullptr;
  std::unique_ptr<Wire> wire;
  bool was_kept = false;
  bool is_sent = false;
  std::string input;  // what has come and is not used up
  std::vector<char> scratch = std::vector<char>(kStep);
  Fields fields;
};

void ClientResponse::State::fail(Fault fault, const std::string& why) {
  wire.reset();
  throw Error(fault, "ask " + url.origin() + ": " + why);
}

Task<> ClientResponse::State::connect(bool may_reuse) {
  const auto executor = co_await current_executor();
  loop = &boost::asio::query(executor, boost::asio::execution::context);
  if (may_reuse) wire = client->take(loop, url.origin());
  was_kept = wire != nullptr;
  if (was_kept) co_return;
  const Dialler dialler{.tls = url.is_secure ? &client->trust() : nullptr, .allows = client->options.allows};
  const auto until = std::min(deadline, now() + client->options.connect_wait);
  wire = co_await dialler.dial(url, until);
}

Task<Wire::Code> ClientResponse::State::write_request(const ClientRequest& request) {
  const auto stall = client->options.stall_wait;
  auto head = head_of(request, url);
  const bool is_short = !request.stream && request.body.size() <= kStep;
  if (is_short) head += request.body.text();
  wire->set_deadline(std::min(deadline, now() + stall));
  auto code = co_await wire->write(std::as_bytes(std::span(head)));
  if (code) co_return code;
  if (!request.stream && !is_short) {
    for (auto rest = request.body.view(); !rest.empty() && !code; rest = rest.subspan(std::min(kStep, rest.size()))) {
      wire->set_deadline(std::min(deadline, now() + stall));
      code = co_await wire->write(rest.first(std::min(kStep, rest.size())));
    }
  } else if (request.stream) {
    // Room before the bytes for a chunk's size, and behind them for its end.
    constexpr std::size_t kRoom = 16;
    const bool is_chunked = !request.stream->size();
    std::uint64_t left = request.stream->size().value_or(UINT64_MAX);
    std::vector<std::byte> piece(kRoom + kStep + 2);
    for (bool has_more = left > 0; has_more && !code;) {
      const auto room = std::span(piece).subspan(kRoom, std::min<std::uint64_t>(kStep, left));
      const auto count = co_await request.stream->read(room);
      has_more = count > 0;
      if (!is_chunked && !has_more) fail(Fault::unavailable, "the body is shorter than announced");
      auto bytes = std::span<const std::byte>(piece).subspan(kRoom, count);
      if (is_chunked) {
        char size[kRoom];
        const auto digits = static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", count));
        std::memcpy(piece.data() + kRoom - digits, size, digits);
        std::memcpy(piece.data() + kRoom + count, "\r\n", 2);
        bytes = std::span<const std::byte>(piece).subspan(kRoom - digits, digits + count + 2);
      } else {
        left -= count;
        has_more = left > 0;
      }
      wire->set_deadline(std::min(deadline, now() + stall));
      code = co_await wire->write(bytes);
    }
  }
  is_sent = !code;
  co_return code;
}

Task<Wire::Code> ClientResponse::State::read_more(SteadyTime until) {
  wire->set_deadline(std::min(deadline, until));
  const auto read = co_await wire->read(scratch);
  if (!read.code) input.append(scratch.data(), read.count);
  co_return read.code;
}

Task<bool> ClientResponse::State::read_head() {
  bool has_begun = false;
  int interim = 0;
  const auto until = now() + client->options.answer_wait;
  for (;;) {
    if (!input.empty()) {
      const auto fed = parser->feed_head(input);
      input.erase(0, fed.used);
      if (fed.is_wrong) fail(Fault::unavailable, "the response's head is malformed or too long");
      if (parser->has_head() && parser->status() >= 100 && parser->status() < 200) {
        if (++interim > kMostInterim || parser->status() == 101)
          fail(Fault::unavailable, "the response is not one to this request");
        parser = std::make_unique<ResponseParser>(client->options.head_bytes, answers_head);
        continue;
      }
      if (parser->has_head()) break;
    }
    const auto code = co_await read_more(until);
    has_begun = has_begun || !input.empty();
    if (Wire::is_timeout(code)) fail(Fault::timed_out, "no response in time");
    if (code && has_begun) fail(Fault::unavailable, "the response's head is cut short");
    if (code) co_return false;
  }
  fields = parser->take_fields();
  if (parser->is_done()) finish();
  co_return true;
}

Task<std::size_t> ClientResponse::State::read(std::span<std::byte> into) {
  if (parser->is_done() || into.empty()) co_return 0;
  if (!wire) fail(Fault::unavailable, "reading the response has failed before");
  for (;;) {
    if (!input.empty()) {
      const auto fed = parser->feed_body(input, into);
      input.erase(0, fed.used);
      if (fed.is_wrong) fail(Fault::unavailable, "the response's framing is wrong");
      if (parser->is_done()) finish();
      if (fed.produced > 0 || parser->is_done()) co_return fed.produced;
      if (input.size() > kMostFraming) fail(Fault::unavailable, "a chunk's head or the trailers are too long");
    }
    const auto code = co_await read_more(now() + client->options.stall_wait);
    if (!code) continue;
    if (Wire::is_timeout(code)) fail(Fault::timed_out, "the response stalls");
    // TLS must be ended by its own message, or somebody else may have cut it.
    if (code != boost::asio::error::eof || !parser->feed_end()) fail(Fault::unavailable, "the response is cut short");
    finish();
    co_return 0;
  }
}

void ClientResponse::State::finish() {
  if (is_sent && parser->keeps_alive() && input.empty()) {
    client->give(loop, url.origin(), std::move(wire));
  }
  wire.reset();
}

ClientResponse::ClientResponse(std::unique_ptr<State> state) : state_(std::move(state)) {}
ClientResponse::ClientResponse(ClientResponse&&) noexcept = default;
ClientResponse& ClientResponse::operator=(ClientResponse&&) noexcept = default;
ClientResponse::~ClientResponse() = default;

int ClientResponse::status() const { return state_->parser->status(); }
const Fields& ClientResponse::fields() const { return state_->fields; }
std::optional<std::uint64_t> ClientResponse::announced() const { return state_->parser->announced(); }

Task<std::size_t> ClientResponse::read(std::span<std::byte> into) {
  const auto count = co_await state_->read(into);
  co_return count;
}

Task<std::string> ClientResponse::read_all(std::uint64_t limit) {
  std::string all;
  std::vector<std::byte> piece(16 * 1024);
  for (;;) {
    const auto count = co_await state_->read(piece);
    if (count == 0) co_return all;
    if (all.size() + count > limit) state_->fail(Fault::too_large, "the response is larger than expected");
    all.append(reinterpret_cast<const char*>(piece.data()), count);
  }
}

Client::Client(ClientOptions options) : state_(std::make_shared<State>(std::move(options))) {}

Client::~Client() {
  const std::lock_guard lock(state_->mutex);
  state_->idle.clear();
}

Task<ClientResponse> Client::send(Context ctx, ClientRequest request) {
  const auto url = parse_url(request.url);
  for (bool may_reuse = true;; may_reuse = false) {
    auto exchange = std::make_unique<ClientResponse::State>(state_, request, url, ctx.deadline);
    co_await exchange->connect(may_reuse);
    const auto code = co_await exchange->write_request(request);
    if (Wire::is_timeout(code)) exchange->fail(Fault::timed_out, "the request could not be sent in time");
    // A server may answer and close before it has read everything: what it said is worth more than the broken pipe.
    const bool is_answered = co_await exchange->read_head();
    if (is_answered) co_return ClientResponse(std::move(exchange));
    const bool can_repeat =
        exchange->was_kept && is_idempotent(request.method) && (!request.stream || request.stream->rewind());
    if (!can_repeat) exchange->fail(Fault::unavailable, "the connection was closed before an answer");
  }
}

}  // namespace calotype::http
