#include "core/bounded_pool.h"

#include <sched.h>

namespace calotype {

void BoundedPool::give_way() {
  thread_local bool has_given_way = false;
  if (std::exchange(has_given_way, true)) return;
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_BATCH, &none);  // of this thread alone; where it is not allowed, it is only slower
}

}  // namespace calotype
