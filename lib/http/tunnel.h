#pragma once

#include <chrono>

#include "base/task.h"
#include "http/message.h"

namespace tintype::http {

/// Passes bytes on between two connections until either side ends or fails, or nothing came from
/// both for `idle_max`. Each side is read no faster than the other takes it.
Task<void> tunnel(Duplex& one, Duplex& other, std::chrono::milliseconds idle_max);

}  // namespace tintype::http
