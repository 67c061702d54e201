#pragma once

#include <string>
#include <vector>

#include "http/message.h"
#include "http/router.h"

/// The middle of every listener: what happens between the socket and a route (chain.cpp).
namespace calotype::api {

/// Gives the handler of a listener: cut `prefix` off the path -> find the route -> run it -> what it throws becomes a
/// problem document -> name the route for the server's metrics and log, and the request for the client. It never
/// throws. A route sees the request as it was sent, with the prefix; "" serves paths as they are. Thread: any.
http::Handler make_handler(std::vector<http::Route> routes, std::string prefix = "/api/v1");

}  // namespace calotype::api
