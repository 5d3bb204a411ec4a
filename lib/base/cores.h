#pragma once

#include <cstddef>

namespace tintype {

/// How many cores this process may run on (sched_getaffinity(2)): with taskset, a cpuset or
/// CPUAffinity fewer than the machine has. At least 1.
std::size_t usable_cores();

}  // namespace tintype
