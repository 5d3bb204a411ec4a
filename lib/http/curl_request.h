// What client.cc and client_download.cc both tell libcurl. For this module alone.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "http/client.h"

namespace tintype::http {

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, CloseHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeList>;

/// "GET 'https://a/b'", for messages: without the query, which may be a signature.
std::string intent_of(const ClientRequest& request);

/// A request in the making: what libcurl refers to while it runs. Pinned.
class CurlRequest {
 public:
  CurlRequest() = default;
  CurlRequest(const CurlRequest&) = delete;
  CurlRequest& operator=(const CurlRequest&) = delete;

  /// Sets all of `request` that is not about time or the answer's body; `request.body` and the file
  /// must live while it runs. `invalid_argument` for what cannot be sent.
  Status prepare(CURL* handle, const ClientRequest& request);
  /// The fields of the answer, as far as they came; those of its last head.
  Headers& headers() { return headers_; }
  /// Whether that head is whole, and no interim one.
  bool has_head() const { return has_head_; }
  /// What went wrong with the file, if that is why it failed.
  const Status& file_status() const { return file_status_; }

 private:
  static std::size_t on_header(const char* data, std::size_t one, std::size_t size, void* user);
  static std::size_t on_read(char* buffer, std::size_t one, std::size_t size, void* user);
  static int on_seek(void* user, curl_off_t offset, int origin);
  void set_body(CURL* handle, const ClientRequest& request);

  CurlList list_;
  Headers headers_;
  int status_ = 0;
  bool has_head_ = false;
  ClientFile file_;
  std::uint64_t sent_ = 0;  // Of the file.
  Status file_status_;
};

/// The error of a transfer that failed.
ErrorCode code_of(CURLcode result);

}  // namespace tintype::http
