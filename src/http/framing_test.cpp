// What must not be understood in two ways: each of these is answered once, with a problem, and the connection ends.
#include "core/error.h"
#include "core/id.h"
#include "http/server_fixture.h"

namespace calotype::http {
namespace {

using namespace std::string_literals;

Task<Response> say_ok(Context, Request& request) {
  co_await read_all(*request.body, 1'000'000);
  co_return text_response("ok");
}

struct Bad {
  const char* what;
  std::string raw;
  int status;
};

std::ostream& operator<<(std::ostream& to, const Bad& bad) { return to << bad.what; }

class Refused : public ServerTest, public ::testing::WithParamInterface<Bad> {};

TEST_P(Refused, WithOneProblemAndTheEndOfTheConnection) {
  serve(say_ok, small_limits());
  auto client = connect();
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

  client.send(GetParam().raw + smuggled);
  client.shut_output();
  const auto answer = client.read_answer(GetParam().raw.starts_with("HEAD "));

  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(Uuid::parse(answer.field("X-Request-Id")));
  EXPECT_EQ(client.read_to_end(), "") << "a second answer";
}

std::string head(const std::string& fields) { return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n"; }
std::string start(const std::string& line) { return line + "\r\nHost: h\r\n\r\n"; }
std::string chunked(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    Heads, Refused,
    ::testing::Values(
        Bad{"no Host", "GET / HTTP/1.1\r\n\r\n", 400}, Bad{"two Hosts", head("Host: i\r\n"), 400},
        Bad{"two equal Hosts", head("Host: h\r\n"), 400}, Bad{"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        Bad{"Host with user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", 400},
        Bad{"Host with path", "GET / HTTP/1.1\r\nHost: h/p\r\n\r\n", 400},
        Bad{"length and chunked", head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        Bad{"chunked and length", head("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        Bad{"two lengths", head("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        Bad{"two equal lengths", head("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        Bad{"list of lengths", head("Content-Length: 5, 5\r\n"), 400},
        Bad{"negative length", head("Content-Length: -1\r\n"), 400},
        Bad{"plus length", head("Content-Length: +1\r\n"), 400},
        Bad{"hex length", head("Content-Length: 0x5\r\n"), 400}, Bad{"empty length", head("Content-Length:\r\n"), 400},
        Bad{"overflowing length", head("Content-Length: 18446744073709551616\r\n"), 400},
        Bad{"unknown coding", head("Transfer-Encoding: xchunked\r\n"), 501},
        Bad{"coding before chunked", head("Transfer-Encoding: gzip, chunked\r\n"), 501},
        Bad{"chunked before coding", head("Transfer-Encoding: chunked, gzip\r\n"), 501},
        Bad{"identity", head("Transfer-Encoding: identity\r\n"), 501},
        Bad{"chunked twice", head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        Bad{"chunked after another", head("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n"), 400},
        Bad{"chunked in 1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Bad{"space before colon", head("Transfer-Encoding : chunked\r\n"), 400},
        Bad{"tab before colon", head("X\t: y\r\n"), 400}, Bad{"no colon", head("novalue\r\n"), 400},
        Bad{"empty name", head(": x\r\n"), 400}, Bad{"folded field", head("X: a\r\n b\r\n"), 400},
        Bad{"folded by tab", head("X: a\r\n\tb\r\n"), 400},
        Bad{"space before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
        Bad{"bare LF", "GET / HTTP/1.1\nHost: h\n\n", 400}, Bad{"bare LF in a field", head("X: a\nY: b\r\n"), 400},
        Bad{"bare CR", head("X: a\rb\r\n"), 400}, Bad{"two CR", "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", 400},
        Bad{"NUL in a value", head("X: a\0b\r\n"s), 400}, Bad{"NUL in a name", head("X\0: b\r\n"s), 400},
        Bad{"control in a value", head("X: a\x01\r\n"), 400},
        Bad{"two empty lines first", "\r\n\r\n" + start("GET / HTTP/1.1"), 400}),
    [](const auto& test) { return "n" + std::to_string(test.index); });

INSTANTIATE_TEST_SUITE_P(
    Lines, Refused,
    ::testing::Values(
        Bad{"HTTP/0.9", "GET /\r\n", 400}, Bad{"HTTP/2", start("GET / HTTP/2.0"), 400},
        Bad{"HTTP/1.2", start("GET / HTTP/1.2"), 400}, Bad{"small http", start("GET / http/1.1"), 400},
        Bad{"two spaces", start("GET  / HTTP/1.1"), 400}, Bad{"tab", start("GET\t/ HTTP/1.1"), 400},
        Bad{"space at the end", start("GET / HTTP/1.1 "), 400},
        Bad{"preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        Bad{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s, 400},
        Bad{"CONNECT", start("CONNECT h:443 HTTP/1.1"), 405}, Bad{"star for GET", start("GET * HTTP/1.1"), 400},
        Bad{"no slash", start("GET path HTTP/1.1"), 400}, Bad{"other scheme", start("GET ftp://h/ HTTP/1.1"), 400},
        Bad{"user in target", start("GET http://u:p@h/ HTTP/1.1"), 400},
        Bad{"no host in target", start("GET http:///p HTTP/1.1"), 400},
        Bad{"fragment", start("GET /a#b HTTP/1.1"), 400}, Bad{"byte above ASCII", start("GET /\xc3\xa9 HTTP/1.1"), 400},
        Bad{"space in target", start("GET /a b HTTP/1.1"), 400},
        Bad{"long target", start("GET /" + std::string(600, 'a') + " HTTP/1.1"), 414},
        Bad{"endless target", "GET /" + std::string(100'000, 'a'), 414},
        Bad{"long field", head("X: " + std::string(3000, 'a') + "\r\n"), 431},
        Bad{"endless field", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100'000, 'a'), 431},
        Bad{"many fields", head([] {
              std::string fields;
              for (int i = 0; i < 25; ++i) fields += "X: y\r\n";
              return fields;
            }()),
            431},
        Bad{"large length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 300001\r\n\r\n", 413},
        Bad{"large length to HEAD", "HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 300001\r\n\r\n", 413},
        Bad{"other expectation", head("Expect: 200-maybe\r\n"), 417}),
    [](const auto& test) { return "n" + std::to_string(test.index); });

class RefusedBody : public ServerTest, public ::testing::WithParamInterface<Bad> {};

Task<Response> tell_fault(Context, Request& request) {
  try {
    co_await read_all(*request.body, 1'000'000);
    co_return text_response("ok");
  } catch (const Error& error) {
    co_return text_response(error.what(), error.fault() == Fault::too_large ? 413
                                          : error.fault() == Fault::invalid ? 400
                                                                            : 504);
  }
}

TEST_P(RefusedBody, EndsTheConnection) {
  serve(tell_fault, small_limits());
  auto client = connect();

  client.send(GetParam().raw + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
  client.shut_output();

  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(client.read_to_end(), "") << "a second answer";
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, RefusedBody,
    ::testing::Values(
        Bad{"size overflows", chunked("10000000000000000\r\nabc"), 400},
        Bad{"size is huge", chunked("ffffffffffffffff\r\nabc"), 400}, Bad{"negative size", chunked("-1\r\nabc"), 400},
        Bad{"plus size", chunked("+3\r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"0x size", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400}, Bad{"no size", chunked("\r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"space before size", chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400}, Bad{"bare LF", chunked("3\nabc\n0\n\n"), 400},
        Bad{"LF in extension", chunked("3;a=b\nc\r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"no CRLF after data", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400},
        Bad{"endless extension", chunked("3;" + std::string(100'000, 'e')), 400},
        Bad{"endless trailers", chunked("0\r\nX: " + std::string(100'000, 't')), 400},
        Bad{"length in trailers", chunked("0\r\nContent-Length: 3\r\n\r\n"), 400},
        Bad{"too much",
            chunked("30000\r\n" + std::string(0x30000, 'x') + "\r\n30000\r\n" + std::string(0x30000, 'x') +
                    "\r\n0\r\n\r\n"),
            413},
        Bad{"ends early", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc", 400}),
    [](const auto& test) { return "n" + std::to_string(test.index); });

}  // namespace
}  // namespace calotype::http
