#pragma once

#include <string>

#include "cli/progress.h"
#include "http/client.h"

namespace calotype::cli {

/// Writes a response's body to a file, which is replaced as a whole or not at all; "-": to standard output. Throws
/// unavailable, and what the response throws.
Task<> save_response(http::ClientResponse& response, std::string path, Progress* progress);

}  // namespace calotype::cli
