#include "http/client.h"

#include <fstream>

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/detached.hpp>

#include "core/error.h"
#include "core/fd.h"
#include "http/server_fixture.h"
#include "http/tls_peer_fixture.h"
#include "support/temp_dir.h"

namespace calotype::http {
namespace {

using namespace std::chrono_literals;

/// Says what it was asked, and from which port.
Task<Response> echo(Context, Request& request) {
  auto body = co_await read_all(*request.body, 4'000'000);
  auto response = text_response(request.method_text + " " + request.target + " " + std::to_string(body.size()) + " " +
                                std::string(request.fields.get("X-Mark")) + " " + body.substr(0, 10));
  response.fields.add("X-Host", std::string(request.fields.get("Host")));
  response.fields.add("X-Coding", std::string(request.fields.get("Transfer-Encoding")));
  if (request.path == "/close") response.closes = true;
  if (request.path == "/large") response.body = Bytes::from(std::string(3'000'000, 'x'));
  if (request.path == "/late") co_await sleep_until(std::chrono::steady_clock::now() + 300ms);
  co_return response;
}

/// `size` bytes in odd pieces.
class Zeros final : public BodySource {
 public:
  Zeros(std::uint64_t size, bool is_announced) : size_(size), is_announced_(is_announced) {}
  std::optional<std::uint64_t> size() const override { return is_announced_ ? std::optional(size_) : std::nullopt; }
  Task<std::size_t> read(std::span<std::byte> into) override {
    const auto count = std::min<std::uint64_t>({into.size(), 7001, size_ - at_});
    std::fill_n(into.begin(), count, std::byte{'0'});
    at_ += count;
    co_return count;
  }
  bool rewind() override {
    at_ = 0;
    ++rewound_;
    return true;
  }
  int rewound() const { return rewound_; }

 private:
  std::uint64_t size_;
  bool is_announced_;
  std::uint64_t at_ = 0;
  int rewound_ = 0;
};

/// A peer that answers every connection with bytes of the test's choosing, right or wrong, and then closes; `answers`
/// in turn, the last one for all that follow. An empty one closes at once.
class RawPeer {
 public:
  enum class Dies { at_once, at_the_next_request };
  explicit RawPeer(std::vector<std::string> answers, Dies dies = Dies::at_once)
      : answers_(std::move(answers)), dies_(dies), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&here), sizeof here);
    ::listen(listener_.get(), 8);
    thread_ = std::thread([this] { serve(); });
  }
  ~RawPeer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  std::string url(const std::string& path = "/") const {
    sockaddr_in here{};
    socklen_t size = sizeof here;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&here), &size);
    return "http://127.0.0.1:" + std::to_string(ntohs(here.sin_port)) + path;
  }
  int accepted() const { return accepted_; }

 private:
  void serve() {
    for (;;) {
      const Fd peer(::accept(listener_.get(), nullptr, nullptr));
      if (!peer) return;
      const auto& answer = answers_[std::min<std::size_t>(accepted_++, answers_.size() - 1)];
      if (answer.empty()) continue;
      read_head(peer);
      ::send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      if (dies_ == Dies::at_the_next_request) read_head(peer);
    }
  }

  static void read_head(const Fd& peer) {
    char piece[4096];
    for (std::string head; head.find("\r\n\r\n") == std::string::npos;) {
      const auto count = ::recv(peer.get(), piece, sizeof piece, 0);
      if (count <= 0) return;
      head.append(piece, static_cast<std::size_t>(count));
    }
  }

  std::vector<std::string> answers_;
  Dies dies_;
  std::atomic<int> accepted_ = 0;
  Fd listener_;
  std::thread thread_;
};

class ClientTest : public ServerTest {
 protected:
  struct Got {
    int status = 0;
    Fields fields;
    std::string body;
  };

  void SetUp() override {
    auto limits = small_limits();
    limits.body_bytes = 4'000'000;
    limits.idle_wait = Milliseconds(5'000);
    limits.head_wait = Milliseconds(5'000);
    serve(echo, limits);
  }

  std::string url(const std::string& target) {
    return "http://127.0.0.1:" + std::to_string(server_->port("test")) + target;
  }

  static Task<Got> ask(Client& client, ClientRequest request, Milliseconds limit = 10s) {
    const Context ctx{.deadline = std::chrono::steady_clock::now() + limit, .request_id = "test"};
    auto response = co_await client.send(ctx, std::move(request));
    auto body = co_await response.read_all(4'000'000);
    co_return Got{.status = response.status(), .fields = response.fields(), .body = std::move(body)};
  }

  /// Runs a task on one loop that outlives the clients.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(loop_, std::move(task), [&](std::exception_ptr thrown, T value) {
      failure = thrown;
      if (!thrown) result.emplace(std::move(value));
      is_done = true;
      loop_.stop();
    });
    loop_.restart();
    loop_.run_for(20s);
    if (!is_done) throw std::runtime_error("run a task: it did not end in time");
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
  }

  Got get(Client& client, const std::string& url) { return run(ask(client, {.url = url})); }

  static Fault fault_of(const std::function<void()>& work, std::string* code = nullptr) {
    try {
      work();
    } catch (const Error& error) {
      if (code != nullptr) *code = error.code();
      return error.fault();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Fault::internal;
  }

  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
};

TEST_F(ClientTest, SendsMethodTargetFieldsAndBody) {
  Client client({});
  ClientRequest request{.method = Method::put, .url = url("/a%20b?x=1#part"), .body = Bytes::from("hello")};
  request.fields.add("X-Mark", "m");
  request.fields.add("Host", "other.example");

  const auto got = run(ask(client, request));

  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "PUT /a%20b?x=1 5 m hello");
  EXPECT_EQ(got.fields.get("X-Host"), url("").substr(7));
}

TEST_F(ClientTest, KeepsTheConnectionForTheNextRequest) {
  Client client({});

  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(client, url("/large")).body.size(), 3'000'000U);

  EXPECT_NE(metrics_.exposition().find("calotype_http_connections{listener=\"test\"} 1"), std::string::npos);
}

TEST_F(ClientTest, IsSharedByThreadsEachWithItsConnections) {
  std::vector<boost::asio::io_context> loops(3);
  std::atomic<int> good = 0;
  Client client({});
  const auto ask_often = [](Client& with, std::string at, std::atomic<int>& counter) -> Task<> {
    for (int i = 0; i < 50; ++i) {
      ClientRequest request{.url = at};
      const auto got = co_await ask(with, std::move(request));
      counter += got.status == 200;
    }
  };
  for (auto& loop : loops) {
    for (int task = 0; task < 2; ++task)
      boost::asio::co_spawn(loop, ask_often(client, url("/"), good), boost::asio::detached);
  }
  std::vector<std::thread> threads;
  for (auto& loop : loops) threads.emplace_back([&loop] { loop.run(); });
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(good, 300);
}

TEST_F(ClientTest, OpensAnotherWhereTheServerCloses) {
  Client client({});

  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(client, url("/close")).status, 200);
}

TEST_F(ClientTest, StreamsABodyOfKnownAndOfUnknownSize) {
  Client client({});
  for (const bool is_announced : {true, false}) {
    ClientRequest request{.method = Method::post, .url = url("/")};
    request.stream = std::make_shared<Zeros>(1'000'003, is_announced);

    const auto got = run(ask(client, request));

    EXPECT_EQ(got.body, "POST / 1000003  0000000000");
    EXPECT_EQ(got.fields.get("X-Coding"), is_announced ? "" : "chunked");
  }
}

TEST_F(ClientTest, AnswerToHeadHasNoBody) {
  Client client({});

  const auto got = run(ask(client, {.method = Method::head, .url = url("/large")}));

  EXPECT_EQ(got.fields.get("Content-Length"), "3000000");
  EXPECT_EQ(got.body, "");
  EXPECT_EQ(get(client, url("/")).status, 200);
}

TEST_F(ClientTest, GivesTheAnswerOfAServerThatDoesNotReadTheBody) {
  Client client({});
  ClientRequest request{.method = Method::put, .url = url("/")};
  request.stream = std::make_shared<Zeros>(9'000'000, true);

  EXPECT_EQ(run(ask(client, request)).status, 413);
}

TEST_F(ClientTest, EndsAtTheDeadline) {
  Client client({});

  EXPECT_EQ(fault_of([&] { run(ask(client, {.url = url("/late")}, 50ms)); }), Fault::timed_out);
}

TEST_F(ClientTest, EndsWhenTheAnswerIsTooLate) {
  Client client({.answer_wait = Milliseconds(50)});

  EXPECT_EQ(fault_of([&] { get(client, url("/late")); }), Fault::timed_out);
}

TEST_F(ClientTest, RefusesAResponseThatIsLargerThanExpected) {
  Client client({});
  const auto read = [](Client& from, std::string at) -> Task<std::string> {
    const Context ctx;
    ClientRequest request{.url = std::move(at)};
    auto response = co_await from.send(ctx, std::move(request));
    auto body = co_await response.read_all(1000);
    co_return body;
  };

  EXPECT_EQ(fault_of([&] { run(read(client, url("/large"))); }), Fault::too_large);
}

TEST_F(ClientTest, RefusesAnAddressThatTheFilterRefuses) {
  std::vector<std::string> asked;
  Client client({.allows = [&](const std::string& address) {
    asked.push_back(address);
    return false;
  }});
  std::string code;

  EXPECT_EQ(fault_of([&] { get(client, url("/")); }, &code), Fault::denied);
  EXPECT_EQ(code, "address-refused");
  EXPECT_EQ(asked, std::vector<std::string>{"127.0.0.1"});
}

TEST_F(ClientTest, AsksTheFilterForWhatANameResolvesTo) {
  std::vector<std::string> asked;
  Client client({.allows = [&](const std::string& address) {
    asked.push_back(address);
    return address == "127.0.0.1";
  }});

  const auto got = get(client, "http://localhost:" + std::to_string(server_->port("test")) + "/");

  EXPECT_EQ(got.status, 200);
  EXPECT_TRUE(std::find(asked.begin(), asked.end(), "127.0.0.1") != asked.end());
}

TEST_F(ClientTest, RefusesMoreConnectionsThanAllowed) {
  Client client({.connections = 0});

  EXPECT_EQ(fault_of([&] { get(client, url("/")); }), Fault::unavailable);
}

TEST_F(ClientTest, RefusesAFieldThatBreaksOutOfItsLine) {
  Client client({});
  ClientRequest request{.url = url("/")};
  request.fields.add("X-Mark", "a\r\nX-Other: b");

  EXPECT_EQ(fault_of([&] { run(ask(client, request)); }), Fault::invalid);
}

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST_F(ClientTest, SaysThatNobodyListens) {
  Client client({});
  std::string gone;
  {
    const RawPeer peer({kOk});
    gone = peer.url();
  }

  EXPECT_EQ(fault_of([&] { get(client, gone); }), Fault::unavailable);
}

TEST_F(ClientTest, SendsAnIdempotentRequestAgainWhereAKeptConnectionHasDied) {
  RawPeer peer({kOk}, RawPeer::Dies::at_the_next_request);
  Client client({});
  auto body = std::make_shared<Zeros>(10, true);
  get(client, peer.url());

  const auto got = run(ask(client, {.method = Method::put, .url = peer.url(), .stream = body}));

  EXPECT_EQ(got.body, "ok");
  EXPECT_EQ(peer.accepted(), 2);
  EXPECT_EQ(body->rewound(), 1);
}

TEST_F(ClientTest, DoesNotRepeatAPost) {
  RawPeer peer({kOk}, RawPeer::Dies::at_the_next_request);
  Client client({});
  get(client, peer.url());

  EXPECT_EQ(fault_of([&] { run(ask(client, {.method = Method::post, .url = peer.url()})); }), Fault::unavailable);
  EXPECT_EQ(peer.accepted(), 1);
}

TEST_F(ClientTest, DoesNotRepeatOnAFreshConnection) {
  RawPeer peer({"", kOk});
  Client client({});

  EXPECT_EQ(fault_of([&] { get(client, peer.url()); }), Fault::unavailable);
  EXPECT_EQ(peer.accepted(), 1);
}

struct Wrong {
  std::string answer;
  Fault fault;
};

class ClientRefusal : public ClientTest, public ::testing::WithParamInterface<Wrong> {};

TEST_P(ClientRefusal, SaysThatTheResponseIsNone) {
  RawPeer peer({GetParam().answer});
  Client client({.head_bytes = 1000});

  EXPECT_EQ(fault_of([&] { get(client, peer.url()); }), GetParam().fault) << GetParam().answer;
}

INSTANTIATE_TEST_SUITE_P(
    Answers, ClientRefusal,
    ::testing::Values(Wrong{"SSH-2.0-OpenSSH_9.2\r\n\r\n", Fault::unavailable},
                      Wrong{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", Fault::unavailable},
                      Wrong{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Fault::unavailable},
                      Wrong{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Fault::unavailable},
                      Wrong{"HTTP/1.1 200 OK\r\nContent-Len", Fault::unavailable},
                      Wrong{"HTTP/1.1 101 Switching Protocols\r\n\r\n", Fault::unavailable},
                      Wrong{"HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x') + "\r\n\r\n", Fault::unavailable}));

TEST_F(ClientTest, ReadsWhatAServerMaySend) {
  for (const auto* answer :
       {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "HTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nuntil the end",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nuntil\r\n8\r\n the end\r\n0\r\n"
        "X-Trailer: t\r\n\r\n"}) {
    RawPeer peer({answer});
    Client client({});
    EXPECT_EQ(get(client, peer.url()).body, "until the end") << answer;
  }
}

class ClientTls : public ClientTest {
 protected:
  /// Trusts the certificate.
  ClientOptions options(const std::string& certificate) {
    const auto file = folder_.path() / "ca.pem";
    std::ofstream(file) << certificate;
    return {.extra_ca_file = file};
  }
  static std::string url_of(const TlsPeer& peer, const std::string& host) {
    return "https://" + host + ":" + std::to_string(peer.port()) + "/";
  }

  TempDir folder_;
};

TEST_F(ClientTls, TalksToAPeerOfATrustedCertificate) {
  const TlsPeer peer("localhost", kOk);
  Client client(options(peer.certificate()));

  EXPECT_EQ(get(client, url_of(peer, "localhost")).body, "ok");
}

TEST_F(ClientTls, RefusesACertificateThatNobodyTrusts) {
  const TlsPeer peer("localhost", kOk);
  Client client({});
  std::string code;

  EXPECT_EQ(fault_of([&] { get(client, url_of(peer, "localhost")); }, &code), Fault::unavailable);
  EXPECT_EQ(code, "untrusted-peer");
}

TEST_F(ClientTls, RefusesACertificateOfAnotherName) {
  const TlsPeer peer("other.example", kOk);
  Client client(options(peer.certificate()));
  std::string code;

  EXPECT_EQ(fault_of([&] { get(client, url_of(peer, "localhost")); }, &code), Fault::unavailable);
  EXPECT_EQ(code, "untrusted-peer");
}

TEST_F(ClientTls, RefusesAPeerThatDoesNotSpeakTls) {
  RawPeer peer({kOk});
  Client client({.connect_wait = Milliseconds(500)});

  EXPECT_EQ(fault_of([&] { get(client, "https" + peer.url().substr(4)); }), Fault::timed_out);
}

}  // namespace
}  // namespace calotype::http
