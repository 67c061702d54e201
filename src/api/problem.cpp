#include "api/problem.h"

#include <boost/json.hpp>

#include "http/problem.h"
#include "telemetry/log.h"

namespace calotype::api {

namespace {

namespace json = boost::json;

/// A failed If-Match or If-None-Match: services know conflicts only.
constexpr std::string_view kPreconditionFailed = "precondition-failed";

struct Kind {
  int status;
  std::string_view code;
  std::string_view title;
};

Kind kind_of(Fault fault) {
  switch (fault) {
    case Fault::invalid: return {400, "invalid-request", "The request is malformed"};
    case Fault::unauthenticated: return {401, "unauthenticated", "The caller is not proven"};
    case Fault::denied: return {403, "denied", "The caller may not do this"};
    case Fault::missing: return {404, "not-found", "There is no such thing"};
    case Fault::conflict: return {409, "conflict", "The state does not allow this"};
    case Fault::too_large: return {413, "too-large", "The body is too large"};
    case Fault::unsupported: return {415, "unsupported-type", "This type of content is refused"};
    case Fault::unprocessable: return {422, "unprocessable", "The content cannot be used"};
    case Fault::throttled: return {429, "throttled", "Too many requests"};
    case Fault::internal: return {500, "internal", "The service failed"};
    case Fault::unavailable: return {503, "unavailable", "Not available right now"};
    case Fault::timed_out: return {504, "timed-out", "It took too long"};
    case Fault::full: return {507, "full", "No space left"};
  }
  std::abort();  // -Wswitch makes this unreachable
}

/// A client that is too slow times out as well, but that is for him to mend, and the rest of the body would not fit.
bool is_slow_client(const Error& error) { return error.fault() == Fault::timed_out && error.code() == http::kSlowBody; }

/// An error's own kind, where its code says more than its fault.
Kind kind_of(const Error& error) {
  if (error.code() == kPreconditionFailed) {
    return {412, kPreconditionFailed, "The state is not the one that was asked for"};
  }
  return kind_of(error.fault());
}

/// Seconds until a client should try again: enough for a circuit's sleep window.
constexpr std::string_view kRetryAfter = "5";

json::object document(const Context& ctx, int status, std::string_view code, std::string_view title,
                      std::string_view detail) {
  json::object all;
  all["type"] = fmt::format("urn:calotype:problem:{}", code);
  all["title"] = title;
  all["status"] = status;
  all["detail"] = detail;
  all["instance"] = fmt::format("urn:uuid:{}", ctx.request_id);
  all["code"] = code;
  all["request_id"] = ctx.request_id;
  return all;
}

json::array listed(const std::vector<Problem>& problems) {
  json::array all;
  for (const auto& problem : problems) {
    json::object one{{"pointer", problem.pointer}, {"detail", problem.detail}};
    if (!problem.hint.empty()) one["hint"] = problem.hint;
    all.push_back(std::move(one));
  }
  return all;
}

http::Response answer(int status, const json::object& body) {
  http::Response response;
  response.status = status;
  response.fields.set("Content-Type", "application/problem+json");
  response.fields.set("Cache-Control", "no-store");
  response.fields.set("X-Content-Type-Options", "nosniff");
  response.body = Bytes::from(json::serialize(body));
  return response;
}

}  // namespace

int status_of(Fault fault) { return kind_of(fault).status; }

std::string code_of(const Error& error) {
  return error.code().empty() ? std::string(kind_of(error.fault()).code) : error.code();
}

http::Response problem_response(const Context& ctx, const Error& error,
                                const std::vector<std::pair<std::string, std::string>>& members) {
  const bool is_slow = is_slow_client(error);
  const auto kind = is_slow ? Kind{408, http::kSlowBody, "The body came too slowly"} : kind_of(error);
  const bool is_ours = error.fault() == Fault::internal;
  const std::string_view detail = is_ours ? "an unexpected error; the log has it under this request id" : error.what();
  auto body = document(ctx, kind.status, is_ours ? kind.code : std::string_view(code_of(error)), kind.title, detail);
  if (!error.problems().empty()) body["errors"] = listed(error.problems());
  for (const auto& [name, value] : members) body[name] = json::parse(value);

  auto response = answer(kind.status, body);
  switch (error.fault()) {
    case Fault::unauthenticated: response.fields.set("WWW-Authenticate", "Bearer error=\"invalid_token\""); break;
    case Fault::throttled:
    case Fault::unavailable: response.fields.set("Retry-After", std::string(kRetryAfter)); break;
    case Fault::too_large: response.closes = true; break;  // the rest of the body is not worth reading
    default: break;
  }
  if (is_slow) response.closes = true;
  return response;
}

Error as_error(const Context& ctx, std::exception_ptr thrown) {
  std::string what;
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const Error& error) {
    if (error.fault() != Fault::internal) return error;
    what = error.what();
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "something that is no exception";
  }
  telemetry::log(telemetry::Level::error, "request_failed", {{"request_id", ctx.request_id}, {"error", what}});
  return Error(Fault::internal, what);
}

Task<http::Response> as_response(Context ctx, Task<http::Response> route) {
  http::Response response;
  std::exception_ptr thrown;
  try {
    response = co_await std::move(route);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) response = problem_response(ctx, as_error(ctx, thrown));
  co_return response;
}

http::Response method_not_allowed(const Context& ctx, const std::string& allowed) {
  auto response = answer(405, document(ctx, 405, "method-not-allowed", "The method is not allowed here",
                                       fmt::format("this path allows {}", allowed)));
  response.fields.set("Allow", allowed);
  return response;
}

}  // namespace calotype::api
