#pragma once

#include <optional>

#include "core/error.h"
#include "support/run_task.h"

namespace calotype {

/// What a task fails with; nullopt when it ends well.
template <class T>
std::optional<Fault> fault_of(Task<T> task) {
  try {
    run_task(std::move(task));
    return std::nullopt;
  } catch (const Error& error) {
    return error.fault();
  }
}

}  // namespace calotype
