#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "base/text.h"

namespace tintype {

/// The whole file. `too_large` if it has more than `size_max` bytes, even if it grows meanwhile.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t size_max);

/// Makes `path` hold `content` with `mode`, all or nothing and surviving a power cut: written to a
/// neighbour, synced, renamed, and the folder synced.
Status write_file(const std::filesystem::path& path, std::string_view content, unsigned mode);

/// The same where there is no such file yet; `conflict` if there is, which stays as it is.
Status write_new_file(const std::filesystem::path& path, std::string_view content, unsigned mode);

/// Opens for reading, close-on-exec.
Result<Fd> open_file(const std::filesystem::path& path);

/// Writes all of `bytes` at the descriptor's position.
Status write_all(int fd, Bytes bytes, const std::filesystem::path& path);

/// Makes the content of an open file survive a power cut (fdatasync).
Status sync_content(int fd, const std::filesystem::path& path);
/// Makes the names in a folder survive a power cut.
Status sync_folder(const std::filesystem::path& folder);

/// Makes the folder and its parents, each `mode` if it is new.
Status make_folders(const std::filesystem::path& folder, unsigned mode = 0700);

/// Bytes in the open file.
Result<std::uint64_t> file_size(int fd);

}  // namespace tintype
