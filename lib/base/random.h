#pragma once

#include <cstddef>
#include <string>

namespace tintype {

/// `size` bytes from the kernel's generator (getrandom(2)); fit for keys. Never fails: a kernel
/// without randomness is a machine that must not start.
std::string random_bytes(std::size_t size);

/// A new identifier: 26 lower-case characters of Crockford's base 32, the first ten from the time
/// in milliseconds, so that ids sort as they were made, the other 16 (80 bits) random.
/// For what only its maker may guess, use random_bytes.
std::string make_id();

}  // namespace tintype
