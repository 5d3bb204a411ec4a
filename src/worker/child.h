#pragma once

#include <chrono>
#include <cstdint>

#include "image/render.h"

namespace tintype::worker {

struct ChildOptions {
  int parent = 0;                             ///< The pool's process, with which this one ends.
  std::int64_t memory_bytes_max = 2LL << 30;  ///< Address space.
  std::chrono::seconds cpu_time_max{3600};    ///< Over its whole life.
};

/// The body of `worker`: loads the codecs of `engine`, shuts the jail, warms the codecs inside,
/// then serves jobs from the socket on descriptor 3 until it closes. Returns the exit code
/// (sysexits); leave by _exit, for what runs at exit is outside of the jail.
int run_child(const image::Engine& engine, const ChildOptions& options);

}  // namespace tintype::worker
