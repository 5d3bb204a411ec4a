#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "bucket/content.h"
#include "bucket/remote/remote_client.h"

namespace tintype::bucket {

/// A content that comes as it is read. Where it breaks off, it is asked for from there on, of the
/// same write.
class RemoteContent final : public Content {
 public:
  struct Source {
    RemoteRequest request;  ///< The GET of all of it.
    std::string etag;       ///< Without quotes.
    std::uint64_t size = 0;
  };
  /// `client` and the folder outlive it. `body` is the answer to the request.
  RemoteContent(RemoteClient& client, std::filesystem::path spool_folder, Source source,
                http::ClientDownload body)
      : client_(client),
        spool_folder_(std::move(spool_folder)),
        source_(std::move(source)),
        body_(std::move(body)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) override;
  Result<Fd> to_file() override;

 private:
  Status seek(std::uint64_t offset);

  RemoteClient& client_;
  const std::filesystem::path spool_folder_;
  const Source source_;
  std::optional<http::ClientDownload> body_;
  std::uint64_t at_ = 0;  // Where body_ is.
};

}  // namespace tintype::bucket
