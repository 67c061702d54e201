#include "http/server.h"

#include <future>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>

#include "core/error.h"
#include "core/id.h"
#include "http/server_fixture.h"

namespace calotype::http {
namespace {

using testing::HttpClient;

/// Says what it was asked: method, path, query, host and body.
Task<Response> echo(Context, Request& request) {
  auto body = co_await read_all(*request.body, 1'000'000);
  std::string text(request.method_text);
  text += " " + request.path + " " + request.query + " " + std::string(request.fields.get("Host")) + " " + body;
  co_return text_response(std::move(text));
}

Task<Response> say_ok(Context, Request&) { co_return text_response("ok"); }

Task<Response> fail(Context, Request&) {
  throw Error(Fault::internal, "open /secret/path: broken");
  co_return Response{};
}

class BasicServer : public ServerTest {
 protected:
  void SetUp() override { serve(echo, small_limits()); }
};

TEST_F(BasicServer, AnswersWithTheFieldsThatEveryAnswerHas) {
  auto client = connect();

  const auto answer = client.get("/a%20b/c?x=1&y=%20");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /a%20b/c x=1&y=%20 localhost ");
  EXPECT_EQ(answer.field("Content-Length"), std::to_string(answer.body.size()));
  EXPECT_EQ(answer.field("Date").substr(25), " GMT");
  EXPECT_TRUE(Uuid::parse(answer.field("X-Request-Id")));
  EXPECT_EQ(answer.field("X-Schibsted.request.toplevel.uuid"), answer.field("X-Request-Id"));
  EXPECT_EQ(answer.field("Connection"), "");
}

TEST_F(BasicServer, KeepsAValidRequestIdAndReplacesAnother) {
  auto client = connect();
  const std::string id = "01234567-89ab-4def-8123-456789abcdef";

  EXPECT_EQ(client.get("/", {{"X-Request-Id", id}}).field("X-Request-Id"), id);
  EXPECT_TRUE(Uuid::parse(client.get("/", {{"X-Request-Id", "evil\tid"}}).field("X-Request-Id")));
}

TEST_F(BasicServer, ServesManyRequestsOnOneConnection) {
  auto client = connect();

  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.request("POST", "/p", {}, "body " + std::to_string(i)).body,
              "POST /p  localhost body " + std::to_string(i));
  }
}

TEST_F(BasicServer, AnswersPipelinedRequestsInOrder) {
  auto client = connect();
  std::string raw;
  for (int i = 0; i < 100; ++i) raw += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";

  client.send(raw);

  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.read_answer().body, "GET /" + std::to_string(i) + "  h ");
}

TEST_F(BasicServer, PipelinesBehindBodies) {
  auto client = connect();

  client.send(
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
      "\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.read_answer().body, "POST /1  h abc");
  EXPECT_EQ(client.read_answer().body, "POST /2  h de");
  EXPECT_EQ(client.read_answer().body, "GET /3  h ");
}

TEST_F(BasicServer, AnswersAClientThatHasHalfClosed) {
  auto client = connect();
  client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  client.shut_output();

  EXPECT_EQ(client.read_answer().body, "GET /x  h ");
  EXPECT_TRUE(client.is_closed_within(Milliseconds(1000)));
}

TEST_F(BasicServer, TakesAHeadThatComesByteByByte) {
  auto client = connect();
  for (const char c : std::string_view("\r\nGET /slow HTTP/1.1\r\nHost: h\r\n\r\n")) client.send({&c, 1});

  EXPECT_EQ(client.read_answer().body, "GET /slow  h ");
}

TEST_F(BasicServer, AnswersHeadWithTheLengthAlone) {
  auto client = connect();

  const auto head = client.request("HEAD", "/x");
  const auto get = client.get("/xx");  // as long, for "HEAD" has one letter more

  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), get.field("Content-Length"));
  EXPECT_EQ(get.body, "GET /xx  localhost ") << "no byte of a body may stand between the two answers";
}

TEST_F(BasicServer, ClosesAnHttp10ConnectionUnlessAskedNotTo) {
  auto client = connect();
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.read_answer().field("Connection"), "keep-alive");

  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.read_answer().field("Connection"), "close");
  EXPECT_TRUE(client.is_closed_within(Milliseconds(1000)));
}

TEST_F(BasicServer, ClosesWhenTheClientAsks) {
  auto client = connect();

  EXPECT_EQ(client.get("/", {{"Connection", "close"}}).field("Connection"), "close");
  EXPECT_TRUE(client.is_closed_within(Milliseconds(1000)));
}

TEST_F(BasicServer, SplitsAnAbsoluteTarget) {
  auto client = connect();
  client.send("GET http://other:80/p?q HTTP/1.1\r\nHost: ignored\r\n\r\nGET HTTP://o?q HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.read_answer().body, "GET /p q other:80 ");
  EXPECT_EQ(client.read_answer().body, "GET / q o ");
}

TEST_F(BasicServer, AnswersOptionsForTheServer) {
  auto client = connect();

  const auto answer = client.request("OPTIONS", "*");

  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.field("Allow"), "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  EXPECT_EQ(answer.field("Content-Length"), "");
}

TEST_F(BasicServer, CountsRequestsByListenerRouteAndClass) {
  connect().get("/");
  server_->drain(Milliseconds(1000));

  const auto text = metrics_.exposition();

  EXPECT_NE(text.find(R"(calotype_http_requests_total{code="2xx",listener="test",route="none"} 1)"), std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(calotype_http_requests_total{code="5xx",listener="test",route="none"} 0)"), std::string::npos);
  EXPECT_NE(text.find(R"(calotype_http_request_seconds_count{listener="test",route="none"} 1)"), std::string::npos);
  EXPECT_NE(text.find(R"(calotype_http_connections{listener="test"} 0)"), std::string::npos);
}

TEST_F(ServerTest, TurnsAnExceptionIntoABareProblem) {
  serve(fail, small_limits());
  auto client = connect();

  const auto answer = client.get("/");

  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_NE(answer.body.find(answer.field("X-Request-Id")), std::string::npos);
  EXPECT_EQ(client.get("/").status, 500) << "the connection goes on";
}

Task<Response> split_head(Context, Request&) {
  auto response = text_response("x");
  response.fields.add("X-Bad", "a\r\nSet-Cookie: b");
  co_return response;
}

TEST_F(ServerTest, NeverSendsAFieldWithALineBreak) {
  serve(split_head, small_limits());
  auto client = connect();

  const auto answer = client.get("/");

  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.field("Set-Cookie"), "");
}

Task<Response> not_modified(Context, Request&) {
  Response response;
  response.status = 304;
  response.fields.add("ETag", "\"e\"");
  co_return response;
}

TEST_F(ServerTest, SendsNoLengthWithA304) {
  serve(not_modified, small_limits());
  auto client = connect();

  EXPECT_EQ(client.get("/").field("Content-Length"), "");
  EXPECT_EQ(client.get("/").status, 304);
}

TEST_F(ServerTest, SaysWhereItCouldNotListen) {
  serve(say_ok, small_limits());
  const auto taken = Fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(taken.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  socklen_t size = sizeof any;
  ::getsockname(taken.get(), reinterpret_cast<sockaddr*>(&any), &size);
  const int port = ntohs(any.sin_port);

  Server second({ListenerSpec{"x", "127.0.0.1", port, small_limits(), say_ok}}, 1, metrics_);
  try {
    second.start();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::unavailable);
    EXPECT_EQ(std::string(error.what()).find("listen on 127.0.0.1:" + std::to_string(port) + ": "), 0U);
  }
}

Task<Response> whole_file(Context, Request& request) {
  auto keep = std::make_shared<Fd>(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  const int number = keep->get();
  const auto count = std::stoull(request.query);
  Response response;
  response.body = FilePart{std::move(keep), number, 16, count};
  co_return response;
}

TEST_F(ServerTest, SendsPartOfAFile) {
  serve(whole_file, small_limits());
  auto client = connect();
  std::string wanted(1'000'000, '\0');
  const Fd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::pread(file.get(), wanted.data(), wanted.size(), 16), static_cast<ssize_t>(wanted.size()));

  EXPECT_EQ(client.get("/?1000000").body, wanted);
  EXPECT_EQ(client.request("HEAD", "/?1000000").field("Content-Length"), "1000000");
  EXPECT_EQ(client.get("/?7").body, wanted.substr(0, 7));
}

TEST_F(ServerTest, CutsTheConnectionWhenAFileIsTooShort) {
  serve(whole_file, small_limits());
  auto client = connect();
  client.send("GET /?100000000000 HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_LT(client.read_to_end().size(), 100'000'000'000U);
}

TEST_F(ServerTest, ServesManyClientsOnSeveralThreads) {
  serve(echo, small_limits(), 3);
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::async(std::launch::async, [this] {
      int good = 0;
      for (int k = 0; k < 20; ++k) {
        auto client = connect();
        good += client.request("POST", "/", {}, std::string(50'000, 'b')).status == 200;
        good += client.get("/").status == 200;
      }
      return good;
    }));
  }

  for (auto& client : clients) EXPECT_EQ(client.get(), 40);
}

Task<> note_thread(std::promise<std::thread::id>& at) {
  at.set_value(std::this_thread::get_id());
  co_return;
}

TEST_F(ServerTest, RunsSpawnedTasksOnItsThreads) {
  serve(say_ok, small_limits());
  std::promise<std::thread::id> at;

  server_->spawn("note", note_thread(at));

  EXPECT_NE(at.get_future().get(), std::this_thread::get_id());
}

}  // namespace
}  // namespace calotype::http
