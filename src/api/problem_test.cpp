#include "api/problem.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace calotype::api {
namespace {

namespace json = boost::json;

const Context kContext{.deadline = SteadyTime::max(), .request_id = "5f0c1d5e-0000-4000-8000-000000000000"};

json::object document_of(const http::Response& response) {
  return json::parse(std::get<Bytes>(response.body).text()).as_object();
}

TEST(Problem, ASlowClientGetsWhatIsHisAndTheConnectionEnds) {
  const auto response =
      problem_response(kContext, Error(Fault::timed_out, "read the body: it comes too slowly", "slow-body"));

  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(document_of(response).at("code"), "slow-body");
  EXPECT_TRUE(response.closes);
}

TEST(Problem, EveryFaultHasItsStatus) {
  const std::pair<Fault, int> faults[] = {
      {Fault::invalid, 400},   {Fault::unauthenticated, 401}, {Fault::denied, 403},      {Fault::missing, 404},
      {Fault::conflict, 409},  {Fault::too_large, 413},       {Fault::unsupported, 415}, {Fault::unprocessable, 422},
      {Fault::throttled, 429}, {Fault::internal, 500},        {Fault::unavailable, 503}, {Fault::timed_out, 504},
      {Fault::full, 507},
  };
  for (const auto& [fault, status] : faults) {
    const auto response = problem_response(kContext, Error(fault, "do a thing: it failed"));
    const auto document = document_of(response);

    EXPECT_EQ(response.status, status);
    EXPECT_EQ(status_of(fault), status);
    EXPECT_EQ(document.at("status"), status);
    EXPECT_EQ(response.fields.get("Content-Type"), "application/problem+json");
    EXPECT_EQ(response.fields.get("Cache-Control"), "no-store");
    for (const auto* name : {"type", "title", "detail", "instance", "request_id", "code"}) {
      EXPECT_TRUE(document.contains(name)) << name << " of " << status;
    }
    EXPECT_EQ(response.fields.has("Retry-After"), status == 429 || status == 503) << status;
    EXPECT_EQ(response.fields.has("WWW-Authenticate"), status == 401) << status;
    EXPECT_EQ(response.closes, status == 413) << status;
  }
}

TEST(Problem, SaysWhatWasWrongAndWhere) {
  const Error error(Fault::unprocessable, "add a domain: a field cannot be used", "invalid-body",
                    {{.pointer = "/name", .detail = "is missing", .hint = ""},
                     {.pointer = "/a~1b", .detail = "is no field", .hint = "did you mean \"a\"?"}});
  const auto document = document_of(problem_response(kContext, error, {{"valid", "false"}}));

  EXPECT_EQ(document.at("type"), "urn:calotype:problem:invalid-body");
  EXPECT_EQ(document.at("detail"), "add a domain: a field cannot be used");
  EXPECT_EQ(document.at("instance").as_string(), "urn:uuid:" + kContext.request_id);
  EXPECT_EQ(document.at("errors"), json::parse(R"([{"pointer":"/name","detail":"is missing"},
                                                   {"pointer":"/a~1b","detail":"is no field","hint":"did you mean \"a\"?"}])"));
  EXPECT_EQ(document.at("valid"), false);
}

TEST(Problem, ShowsNothingOfAnInternalError) {
  const auto response = problem_response(kContext, Error(Fault::internal, "open /data/secret: broken", "secret-code"));

  EXPECT_EQ(std::get<Bytes>(response.body).text().find("secret"), std::string_view::npos);
  EXPECT_EQ(document_of(response).at("code"), "internal");
}

TEST(AsError, KeepsOursAndHidesOthers) {
  const auto caught = [](auto thrown) { return as_error(kContext, std::make_exception_ptr(thrown)); };

  EXPECT_EQ(caught(Error(Fault::conflict, "x", "y")).code(), "y");
  EXPECT_EQ(caught(Error(Fault::conflict, "x")).fault(), Fault::conflict);
  EXPECT_EQ(caught(std::out_of_range("x")).fault(), Fault::internal);
  EXPECT_EQ(caught(7).fault(), Fault::internal);
}

}  // namespace
}  // namespace calotype::api
