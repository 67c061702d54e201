#include "api/job_routes.h"

#include <boost/json.hpp>

#include "api/answer.h"
#include "api/problem.h"
#include "core/error.h"

namespace calotype::api {

namespace {

namespace json = boost::json;
using delivery::JobStatus;

/// Of one that is not over.
constexpr std::string_view kRetry = "1";

Task<http::Response> get_job(delivery::Delivery& delivery, Context ctx, std::string id) {
  const auto key = Digest::parse(id);
  std::optional<JobStatus> status;
  if (key) status = co_await delivery.find_job(ctx, *key);
  if (!status) {
    const Error none(Fault::missing, "find the job: none of this id, or it ended a while ago", "no-such-job");
    auto response = problem_response(ctx, none);
    response.fields.set("Cache-Control", "private, no-store");  // it may be begun in the next moment
    co_return response;
  }
  json::object job{{"id", key->hex()}, {"status", name_of(status->stage)}};
  if (status->failure) job["code"] = code_of(*status->failure);
  auto response = json_response(200, json::serialize(json::object{{"job", std::move(job)}}));
  const bool is_over = status->stage == JobStatus::Stage::done || status->stage == JobStatus::Stage::failed;
  if (!is_over) response.fields.set("Retry-After", std::string(kRetry));
  co_return response;
}

}  // namespace

http::Response job_response(const RenditionKey& key, const delivery::Job& job, const std::string& target) {
  const json::object told{{"id", key.hex()}, {"status", name_of(job.stage)}, {"url", target}};
  auto response = json_response(202, json::serialize(json::object{{"job", told}}));
  response.fields.set("Location", "/api/v1/jobs/" + key.hex());
  response.fields.set("Retry-After", std::to_string(job.retry.count()));
  return response;
}

std::vector<http::Route> job_routes(delivery::Delivery& delivery) {
  const auto handle = [&delivery](Context ctx, http::Request&, http::PathValues path) {
    return get_job(delivery, std::move(ctx), path.at("job"));
  };
  return {{.method = http::Method::get, .pattern = "/jobs/{job}", .name = "get_job", .handle = handle}};
}

}  // namespace calotype::api
