#pragma once

#include <functional>

#include "core/task.h"

namespace calotype::cli {

/// Does `count` jobs, at most `hands` at once, on the caller's executor. The first that throws keeps others from being
/// begun; when all that were begun have ended, its exception is thrown.
Task<> do_jobs(std::size_t count, std::size_t hands, std::function<Task<>(std::size_t job)> work);

}  // namespace calotype::cli
