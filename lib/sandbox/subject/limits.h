// What the test and the program it jails agree on.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tintype::sandbox {

constexpr std::size_t kMemoryMax = std::size_t{256} << 20;
constexpr std::chrono::seconds kCpuTimeMax{1};
constexpr std::int64_t kFileSizeMax = 1 << 20;
constexpr std::uint64_t kOpenFilesMax = 16;

// Exit codes above every errno that is looked for.
constexpr int kSetupFailed = 250;
constexpr int kLayerMissing = 251;

}  // namespace tintype::sandbox
