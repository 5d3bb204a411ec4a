#include "base/cores.h"

#include <sched.h>

#include <algorithm>
#include <thread>

namespace tintype {

std::size_t usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  // Fails on machines with more than 1024 cores.
  if (::sched_getaffinity(0, sizeof(cores), &cores) != 0)
    return std::max(1U, std::thread::hardware_concurrency());
  return std::max<std::size_t>(1, static_cast<std::size_t>(CPU_COUNT(&cores)));
}

}  // namespace tintype
