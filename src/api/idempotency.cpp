#include "api/idempotency.h"

#include <algorithm>
#include <array>

#include "api/problem.h"

namespace calotype::api {

namespace {

constexpr std::string_view kField = "Idempotency-Key";
constexpr std::string_view kReplayed = "Idempotency-Replayed";
constexpr std::size_t kMostKey = 255;
constexpr std::size_t kMostAnswer = 1 << 20;
constexpr Seconds kLease{600};
constexpr Seconds kRenewal{60};
constexpr std::size_t kChunk = 64 * 1024;

/// Of a quoted string (RFC 9651) its content; anything else as it is. nullopt where the quoting is wrong.
std::optional<std::string> unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string key;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && (++i == text.size() || (text[i] != '"' && text[i] != '\\'))) return std::nullopt;
    key += text[i];
  }
  return key;
}

bool is_key(std::string_view key) {
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  return !key.empty() && key.size() <= kMostKey && std::ranges::all_of(key, is_printable);
}

/// All of a request but its body and its proof.
Digest fingerprint_of(const Call& call) {
  const auto& request = call.request;
  std::string text = request.method_text + " " + request.path + "\n";
  for (const auto& [name, value] : request.parameters()) {
    if (name != "jwt" && name != "AccessKeyId") text += fmt::format("{} {}{}\n", name.size(), name, value);
  }
  for (const auto* name : {"Content-Type", "Content-Digest", "Content-MD5", "x-object-expiration"}) {
    text += request.fields.joined(name) + "\n";
  }
  return Digest::of(text + call.caller.metadata);
}

/// A body that is hashed as it is read, and keeps a claim alive while it comes.
class WatchedBody final : public http::BodyReader {
 public:
  WatchedBody(Parts parts, Context ctx, http::BodyReader* real, AnswerKey key, Claim claim)
      : parts_(std::move(parts)), ctx_(std::move(ctx)), real_(real), key_(std::move(key)), claim_(claim) {
    renewed_ = parts_->clock.now();
  }

  std::optional<std::uint64_t> announced() const override { return real_ ? real_->announced() : 0; }
  void limit(std::uint64_t bytes) override {
    if (real_ != nullptr) real_->limit(bytes);
  }
  Task<std::size_t> read(std::span<std::byte> into) override {
    if (real_ == nullptr) co_return 0;
    const auto count = co_await real_->read(into);
    hasher_.add(into.first(count));
    is_whole_ = is_whole_ || count == 0;
    const auto now = parts_->clock.now();
    if (now - renewed_ > kRenewal) {
      renewed_ = now;
      co_await parts_->answers.renew(ctx_, key_, claim_, now + kLease);
    }
    co_return count;
  }

  /// Whether there is none, or it was read to its end.
  bool is_whole() const { return is_whole_ || announced() == 0; }
  /// Of all that came.
  Digest digest() { return hasher_.finish().sha256; }

 private:
  Parts parts_;
  Context ctx_;
  http::BodyReader* real_;
  AnswerKey key_;
  Claim claim_;
  Hasher hasher_;
  WallTime renewed_;
  bool is_whole_ = false;
};

std::string text_of(const http::Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields.all()) text += name + ": " + value + "\n";
  return text;
}

http::Response response_of(const StoredAnswer& answer) {
  http::Response response;
  response.status = answer.status;
  for (std::string_view rest = answer.fields; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    const auto colon = line.find(": ");
    response.fields.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
    rest.remove_prefix(line.size() + 1);
  }
  response.fields.set(std::string(kReplayed), "true");
  if (!answer.body.empty()) response.body = Bytes::from(answer.body);
  return response;
}

Error other_request() {
  return Error(Fault::unprocessable, "carry out a request once: its Idempotency-Key was used for another request",
               "idempotency-key-reused");
}

Task<Digest> read_away(http::BodyReader& body) {
  std::vector<std::byte> chunk(kChunk);
  Hasher hasher;
  for (;;) {
    const auto count = co_await body.read(chunk);
    if (count == 0) break;
    hasher.add(std::span<const std::byte>(chunk).first(count));
  }
  co_return hasher.finish().sha256;
}

/// What was answered before, if the body is the same, too.
Task<http::Response> replay(ManagementRoute route, Call call, StoredAnswer answer) {
  if (call.request.body != nullptr) {
    const auto body = co_await read_away(*call.request.body);
    if (body != answer.request_body) throw other_request();
  }
  if (answer.status < 300 && route.shows_secret) {
    throw Error(Fault::conflict, "carry out a request once: it is done, and its secret was shown then", "already-done");
  }
  co_return response_of(answer);
}

bool is_kept(const http::Response& response) {
  const auto* body = std::get_if<Bytes>(&response.body);
  // What may end otherwise next time is not an answer to keep.
  return response.status < 500 && response.status != 408 && response.status != 429 && body != nullptr &&
         body->size() <= kMostAnswer;
}

Task<http::Response> carry_out(Parts parts, ManagementRoute route, Call call, AnswerKey key, Claim claim) {
  const auto ctx = call.ctx;
  auto& request = call.request;
  WatchedBody watched(parts, ctx, request.body, key, claim);
  auto* const real = std::exchange(request.body, &watched);
  auto running = route.run(parts, std::move(call));
  auto response = co_await as_response(ctx, std::move(running));
  request.body = real;

  // A body that broke off says nothing of the next attempt.
  if (!watched.is_whole() || !is_kept(response)) {
    co_await parts->answers.give_up(ctx, key, claim);
    co_return response;
  }
  StoredAnswer answer{.status = response.status, .fields = text_of(response.fields), .body = {}};
  answer.request_body = watched.digest();
  if (!route.shows_secret || response.status >= 300) answer.body = std::get<Bytes>(response.body).text();
  co_await parts->answers.finish(ctx, key, claim, std::move(answer));
  co_return response;
}

}  // namespace

std::optional<std::string> idempotency_key(const ManagementRoute& route, const http::Request& request) {
  const bool makes_something = route.method == http::Method::post || route.method == http::Method::put;
  if (!makes_something || !request.fields.has(kField)) return std::nullopt;
  auto key = unquoted(request.fields.joined(kField));
  if (!key || !is_key(*key)) {
    throw Error(
        Fault::invalid,
        fmt::format("read the Idempotency-Key: it must be 1 to {} printable characters, perhaps in quotes", kMostKey),
        "invalid-idempotency-key");
  }
  return key;
}

Task<http::Response> run_once(Parts parts, ManagementRoute route, Call call, std::string key) {
  const AnswerKey known{.tenant = call.caller.tenant, .route = route.name, .key = std::move(key)};
  const auto claim = Claim::random();
  const auto fingerprint = fingerprint_of(call);
  const auto now = parts->clock.now();
  auto claimed = co_await parts->answers.claim(call.ctx, known, fingerprint, claim, now, now + kLease);
  switch (claimed.kind) {
    case Claimed::Kind::other: throw other_request();
    case Claimed::Kind::running: {
      const Error running(Fault::conflict, "carry out a request once: it is being carried out", "request-running");
      auto response = problem_response(call.ctx, running);
      response.fields.set("Retry-After", "1");
      co_return response;
    }
    case Claimed::Kind::answered:
      co_return co_await replay(std::move(route), std::move(call), std::move(*claimed.answer));
    case Claimed::Kind::mine: break;
  }
  const auto seed =
      fmt::format("{} {} {} {}", known.tenant.text(), known.route, claimed.since.time_since_epoch().count(), known.key);
  call.once = Once{.seed = Digest::of(seed), .was_left = claimed.was_left};
  co_return co_await carry_out(parts, std::move(route), std::move(call), known, claim);
}

}  // namespace calotype::api
