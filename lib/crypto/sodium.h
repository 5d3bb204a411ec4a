// Not for includers outside this folder.
#pragma once

#include <sodium.h>

#include "base/assert.h"

namespace tintype::crypto {

/// libsodium wants to be started once; threads that come at the same time wait.
inline void start_sodium() {
  static const int kStarted = sodium_init();
  ASSERT(kStarted >= 0);
}

}  // namespace tintype::crypto
