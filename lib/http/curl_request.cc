#include "http/curl_request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

namespace tintype::http {
namespace {

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

Result<CurlList> header_list(const ClientRequest& request) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_control(name) || has_control(value) || name.find(':') != name.npos)
      return fail(ErrorCode::invalid_argument, fmt::format("header '{}': not sendable", name));
    // "Name;" is how libcurl wants a header without a value.
    lines.push_back(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  lines.emplace_back("Expect:");  // Waiting for a 100 costs more than it saves.
  if (!request.headers.has("Content-Type")) lines.emplace_back("Content-Type:");
  CurlList list;
  for (const std::string& line : lines) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return fail(ErrorCode::unavailable, "headers: out of memory");
    if (!list) list.reset(longer);  // Otherwise it is the same list, appended to.
  }
  return list;
}

}  // namespace

std::string intent_of(const ClientRequest& request) {
  return fmt::format("{} '{}'", request.method, request.url.substr(0, request.url.find('?')));
}

ErrorCode code_of(CURLcode result) {
  switch (static_cast<int>(result)) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return ErrorCode::invalid_argument;
    default: return ErrorCode::unavailable;
  }
}

Status CurlRequest::prepare(CURL* handle, const ClientRequest& request) {
  if (request.method.empty() || has_control(request.method) ||
      request.method.find(' ') != std::string::npos)
    return fail(ErrorCode::invalid_argument, "not a method");
  if (has_control(request.url)) return fail(ErrorCode::invalid_argument, "not a URL");
  TRY_LET(list_, header_list(request));
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);  // Signatures cover the path as it is.
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);    // Threads and SIGALRM do not mix.
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list_.get());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &CurlRequest::on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  set_body(handle, request);
  return {};
}

void CurlRequest::set_body(CURL* handle, const ClientRequest& request) {
  if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request.file) {
    file_ = *request.file;
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(file_.size));
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, &CurlRequest::on_read);
    curl_easy_setopt(handle, CURLOPT_READDATA, this);
    // For a connection that turns out to be dead: libcurl sends again on another one.
    curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, &CurlRequest::on_seek);
    curl_easy_setopt(handle, CURLOPT_SEEKDATA, this);
    curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return;
  }
  if (request.method == "GET" && request.body.empty()) return;
  const bool with_body = !request.body.empty() || request.method == "POST" ||
                         request.method == "PUT" || request.method == "PATCH";
  if (with_body) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

std::size_t CurlRequest::on_header(const char* data, std::size_t /*one*/, std::size_t size,
                                   void* user) {
  auto& self = *static_cast<CurlRequest*>(user);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  // A status line: whatever came before belongs to an interim response (100) or a proxy's.
  if (line.starts_with("HTTP/")) {
    self.headers_ = {};
    const std::size_t space = std::min(line.find(' '), line.size());
    self.status_ = parse_integer<int>(trim(line.substr(space)).substr(0, 3)).value_or(0);
    return size;
  }
  if (line.empty()) {
    self.has_head_ = self.status_ >= 200;
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && !self.has_head_)  // Else a trailer.
    self.headers_.add(std::string(line.substr(0, colon)),
                      std::string(trim(line.substr(colon + 1))));
  return size;
}

std::size_t CurlRequest::on_read(char* buffer, std::size_t one, std::size_t size, void* user) {
  auto& self = *static_cast<CurlRequest*>(user);
  const std::size_t wanted = std::min<std::uint64_t>(one * size, self.file_.size - self.sent_);
  while (wanted > 0) {
    const ssize_t got =
        ::pread(self.file_.fd, buffer, wanted, static_cast<off_t>(self.file_.offset + self.sent_));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      self.file_status_ =
          got < 0 ? Status(errno_error("read", "the body", errno))
                  : Status(fail(ErrorCode::corrupt, "the body is shorter than announced"));
      return CURL_READFUNC_ABORT;
    }
    self.sent_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  return 0;
}

int CurlRequest::on_seek(void* user, curl_off_t offset, int origin) {
  auto& self = *static_cast<CurlRequest*>(user);
  if (origin != SEEK_SET || offset < 0 || static_cast<std::uint64_t>(offset) > self.file_.size)
    return CURL_SEEKFUNC_FAIL;
  self.sent_ = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

}  // namespace tintype::http
