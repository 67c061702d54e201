#include "core/bounded_pool.h"

#include "core/scheduling.h"

namespace calotype {

void BoundedPool::give_way() {
  thread_local bool has_given_way = false;
  if (std::exchange(has_given_way, true)) return;
  schedule(0, {.slice = kHelperSlice});
}

}  // namespace calotype
