// Any bytes, in pieces of any size, through the whole front: session, parser, body, router, answer. Whatever comes, the
// answers are HTTP, none is a 500, and the connection ends when the client has ended.
#include <cstdlib>

#include <sys/mman.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "core/error.h"
#include "core/fd.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/session.h"
#include "telemetry/log.h"

namespace calotype::http {
namespace {

constexpr std::string_view kText = "a text that is sent from a file";

Task<Response> echo(Context, Request& request, PathValues) {
  Response response;
  const auto body = co_await read_all(*request.body, 4096);
  response.body = Bytes::from(body);
  co_return response;
}

Task<Response> skip(Context, Request& request, PathValues values) {
  Response response;
  response.body = Bytes::from(values.at("object") + std::to_string(request.parameters().size()));
  co_return response;
}

Task<Response> send_part(Context, Request&, PathValues) {
  auto file = std::make_shared<Fd>(::memfd_create("text", MFD_CLOEXEC));
  if (::write(file->get(), kText.data(), kText.size()) < 0) std::abort();
  const int number = file->get();
  Response response;
  response.body = FilePart{std::move(file), number, 2, 4};
  co_return response;
}

const Router& router() {
  static const Router only({{Method::post, "/echo", "echo", echo},
                            {Method::put, "/echo", "echo", echo},
                            {Method::get, "/file", "file", send_part},
                            {Method::post, "/skip", "skip",
                             [](Context c, Request& r, PathValues) {
                               PathValues values;
                               values.add("object", "");
                               return skip(std::move(c), r, std::move(values));
                             }},
                            {Method::get, "/{alias}/images/{object...}", "image", skip},
                            {Method::del, "/{alias}/images/{object...}", "image", skip}});
  return only;
}

/// As api/chain does: errors become answers.
Task<Response> dispatch(Context context, Request& request) {
  try {
    auto match = router().match(request.method, request.path);
    if (match.route != nullptr) {
      auto response = co_await match.route->handle(context, request, std::move(match.values));
      co_return response;
    }
    co_return problem(match.allowed.empty() ? 404 : 405, "", context.request_id);
  } catch (const Error& error) {
    if (error.fault() == Fault::internal) std::abort();
    co_return problem(400, "", context.request_id);
  }
}

using Client = boost::asio::generic::stream_protocol::socket;

Task<> send_all(Client& client, std::string_view bytes, std::size_t piece) {
  boost::system::error_code error;
  while (!bytes.empty() && !error) {
    const auto part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    const auto buffer = boost::asio::buffer(part.data(), part.size());
    co_await boost::asio::async_write(client, buffer, boost::asio::redirect_error(boost::asio::use_awaitable, error));
  }
  client.shutdown(Client::shutdown_send, error);
}

Task<> receive_all(Client& client, std::string& into) {
  std::array<char, 4096> piece;
  boost::system::error_code error;
  while (!error) {
    const auto buffer = boost::asio::buffer(piece);
    const auto count =
        co_await client.async_read_some(buffer, boost::asio::redirect_error(boost::asio::use_awaitable, error));
    into.append(piece.data(), count);
  }
}

struct World {
  World() {
    telemetry::configure_log(telemetry::Level::error, telemetry::LogFormat::text);
    listener.name = "fuzz";
    listener.handler = dispatch;
    listener.limits.head_bytes = 2048;
    listener.limits.target_bytes = 256;
    listener.limits.fields = 12;
    listener.limits.body_bytes = 2048;
  }
  telemetry::Metrics metrics;
  ListenerSpec listener;
  Traffic traffic{"fuzz", metrics};
  Scratch scratch{};
  DateText date;
  bool is_draining = false;
};

void check_answers(std::string_view text) {
  if (!text.empty() && !text.starts_with("HTTP/1.1 ")) std::abort();
  if (text.find("HTTP/1.1 500 ") != std::string_view::npos) std::abort();
}

void run(std::string_view bytes, std::size_t piece) {
  static World world;
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  Watch watch;
  boost::asio::io_context context{1};
  const boost::asio::generic::stream_protocol kind(AF_UNIX, 0);
  const Surroundings around{world.listener, world.traffic, world.scratch, world.date, watch, world.is_draining};
  auto session = std::make_unique<Session>(around, Socket(context, kind, ends[0]), "peer");
  Client client(context, kind, ends[1]);
  std::string answers;
  int running = 3;
  boost::asio::co_spawn(context, session->run(), [&](const std::exception_ptr& failure) {
    if (failure) std::abort();
    session.reset();
    --running;
  });
  const auto at_end = [&](const std::exception_ptr&) { --running; };
  boost::asio::co_spawn(context, send_all(client, bytes, piece), at_end);
  boost::asio::co_spawn(context, receive_all(client, answers), at_end);
  // Not until the context has nothing left: that would wait for the watch to look around.
  while (running > 0) {
    if (context.run_one() == 0) std::abort();
  }
  check_answers(answers);
}

}  // namespace
}  // namespace calotype::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The last byte chooses the pieces, so that seeds are plain requests.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t piece =
      bytes.empty() || bytes.back() == '\n' ? 4096 : static_cast<std::uint8_t>(bytes.back()) % 64 + 1;
  calotype::http::run(bytes, piece);
  return 0;
}
