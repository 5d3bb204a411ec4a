#pragma once

#include "base/clock.h"

namespace tintype::metrics {

/// What the kernel says of this process (proc(5)).
struct ProcessFigures {
  double resident_bytes = 0;
  double open_files = 0;
  double start_time_seconds = 0;  ///< Since 1970.
};

/// Zero where /proc cannot be read: a figure that is missing must not take the others with it.
ProcessFigures read_process_figures();

}  // namespace tintype::metrics
