#pragma once

namespace tintype {

/// Logs the broken condition and aborts. Used by ASSERT.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace tintype

/// For our own bugs, on in release too. A worker is expendable and the server restarts from its
/// journal, so stopping beats going on with a broken invariant. Two conditions take two ASSERTs.
#define ASSERT(condition) \
  ((condition) ? void(0) : ::tintype::assertion_failed(#condition, __FILE__, __LINE__))
