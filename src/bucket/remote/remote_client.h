// Requests to somebody else's S3: signed, and tried again.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "bucket/remote/retries.h"
#include "http/client.h"
#include "sigv4/request_view.h"

namespace tintype::bucket {

/// An account at an S3: Ceph RGW, MinIO, Garage, AWS, R2.
struct RemoteAccount {
  std::string name;    ///< In messages: "ceph" of [remote.ceph].
  std::string origin;  ///< "https://s3.example.com", without a path.
  std::string region = "us-east-1";
  /// "https://s3.example.com/bucket/key", which all but AWS understand without names in the DNS.
  bool path_style = true;
  sigv4::Credentials credentials;
  /// No byte for so long ends an attempt.
  std::chrono::milliseconds idle_max{20'000};
};

struct RemoteRequest {
  std::string method = "GET";
  std::string bucket = {};                                      ///< Empty: the account.
  std::string key = {};                                         ///< Empty: the bucket.
  std::vector<std::pair<std::string, std::string>> query = {};  ///< Decoded.
  http::Headers headers = {};
  std::string body = {};
  std::optional<http::ClientFile> file = {};  ///< The body, if it is given,
  std::string file_sha256 = {};               ///< and its digest.
};

/// Thread-safe. Blocks, also between attempts.
class RemoteClient {
 public:
  /// `clock` outlives it.
  RemoteClient(RemoteAccount account, const Clock& clock, RetryOptions retries)
      : account_(std::move(account)), clock_(clock), retries_(std::move(retries)) {}

  /// A success (2xx). What answers 200 and then an error, as CompleteMultipartUpload may, is the
  /// error. Otherwise: `not_found`, `denied`, `conflict` (also of a condition), `too_large`,
  /// `exhausted`, `unsupported`, `invalid_argument`, or `unavailable` when all attempts failed. An
  /// attempt whose answer was lost may have done its work.
  Result<http::ClientResponse> send(const RemoteRequest& request);
  /// The same, with the body still to come.
  Result<http::ClientDownload> download(const RemoteRequest& request);

  const RemoteAccount& account() const { return account_; }

 private:
  Result<http::ClientRequest> make(const RemoteRequest& request) const;
  /// Calls `attempt`, which gives an answer, until it need not be called again.
  template <class Answer>
  Result<Answer> repeat(const RemoteRequest& request,
                        const std::function<Result<Answer>(const http::ClientRequest&)>& attempt);
  void learn_skew(const http::Headers& headers);

  const RemoteAccount account_;
  const Clock& clock_;
  Retries retries_;
  http::Client client_;
  /// What its clock is ahead of ours, once it refused a signature for that.
  std::atomic<std::int64_t> skew_ms_ = 0;
};

}  // namespace tintype::bucket
