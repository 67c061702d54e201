#pragma once

#include <string>
#include <vector>

#include "delivery/delivery.h"
#include "http/router.h"

/// Renditions that are made in the background.
namespace calotype::api {

/// 202: it is being made. `target`: what was asked for, to be asked for again.
http::Response job_response(const RenditionKey& key, const delivery::Job& job, const std::string& target);

/// GET .../jobs/{job}: how far a job is. Whoever knows its id, which is the ETag of what it makes, is told that and
/// nothing else.
std::vector<http::Route> job_routes(delivery::Delivery& delivery);

}  // namespace calotype::api
