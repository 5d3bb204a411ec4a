#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace tintype::crypto {

inline constexpr std::size_t kPasswordSizeMax = 1024;

/// Argon2id (RFC 9106) with libsodium's limits for interactive use: 64 MiB and some 0.1 s, so call
/// it on the blocking pool. The text holds salt and parameters. `invalid_argument` for an empty
/// password, `too_large` over kPasswordSizeMax, `unavailable` without the memory.
Result<std::string> hash_password(const Secret& password);

/// False for a wrong password and for a text that hash_password did not make. As costly as hashing.
bool verify_password(const std::string& hash, const Secret& password);

}  // namespace tintype::crypto
