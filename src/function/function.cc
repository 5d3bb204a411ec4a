#include "function/function.h"

namespace tintype::function {

bool is_permanent(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::too_large:
    case ErrorCode::unsupported:
    case ErrorCode::damaged_input:
    case ErrorCode::corrupt: return true;
    // What the environment refuses today it may grant tomorrow: a bucket that is missing, a key
    // that was rotated, a full disk or quota, a worker that crashed.
    case ErrorCode::unauthenticated:
    case ErrorCode::denied:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::exhausted:
    case ErrorCode::unavailable:
    case ErrorCode::internal: return false;
  }
  __builtin_unreachable();
}

}  // namespace tintype::function
