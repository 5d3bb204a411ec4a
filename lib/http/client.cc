#include "http/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace tintype::http {
namespace {

constexpr std::size_t kIdleHandlesMax = 16;

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

/// What libcurl's callbacks write to.
struct Arrival {
  ClientResponse response;
  std::uint64_t body_bytes_max;
  bool too_large = false;
};

std::size_t on_body(const char* data, std::size_t /*one*/, std::size_t size, void* user) {
  auto& arrival = *static_cast<Arrival*>(user);
  if (size > arrival.body_bytes_max - arrival.response.body.size()) {
    arrival.too_large = true;
    return CURL_WRITEFUNC_ERROR;
  }
  arrival.response.body.append(data, size);
  return size;
}

std::size_t on_header(const char* data, std::size_t /*one*/, std::size_t size, void* user) {
  auto& arrival = *static_cast<Arrival*>(user);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  // A status line: whatever came before belongs to an interim response (100) or a proxy's.
  if (line.starts_with("HTTP/")) arrival.response.headers = {};
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && !line.starts_with("HTTP/"))
    arrival.response.headers.add(std::string(line.substr(0, colon)),
                                 std::string(trim(line.substr(colon + 1))));
  return size;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

Result<List> header_list(const ClientRequest& request) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_control(name) || has_control(value) || name.find(':') != name.npos)
      return fail(ErrorCode::invalid_argument, fmt::format("header '{}': not sendable", name));
    // "Name;" is how libcurl wants a header without a value.
    lines.push_back(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  lines.emplace_back("Expect:");  // Bodies are small: waiting for a 100 costs more than it saves.
  if (!request.headers.has("Content-Type")) lines.emplace_back("Content-Type:");
  List list;
  for (const std::string& line : lines) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return fail(ErrorCode::unavailable, "headers: out of memory");
    if (!list) list.reset(longer);  // Otherwise it is the same list, appended to.
  }
  return list;
}

ErrorCode code_of(CURLcode result) {
  switch (static_cast<int>(result)) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return ErrorCode::invalid_argument;
    default: return ErrorCode::unavailable;
  }
}

void set_options(CURL* handle, const ClientRequest& request, Arrival& arrival) {
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);  // Signatures cover the path as it is.
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);    // Threads and SIGALRM do not mix.
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.time_max.count()));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &arrival);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &arrival);
  if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    const bool with_body = !request.body.empty() || request.method == "POST" ||
                           request.method == "PUT" || request.method == "PATCH";
    if (with_body) {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

}  // namespace

/// libcurl's handles, each with its open connections. Thread-safe.
class Client::Handles {
 public:
  /// Null only if libcurl cannot make one.
  Handle take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Handle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return Handle(curl_easy_init());
  }

  void give_back(Handle handle) {
    curl_easy_reset(handle.get());  // Forgets options, keeps connections.
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleHandlesMax) idle_.push_back(std::move(handle));
  }

 private:
  std::mutex mutex_;  // Guards all below.
  std::vector<Handle> idle_;
};

Client::Client() {
  // Once per process, and never cleaned up: other threads may still be inside at exit.
  static const CURLcode kInitialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  ASSERT(kInitialized == CURLE_OK);
  handles_ = std::make_unique<Handles>();
}

Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
  ASSERT(request.time_max.count() > 0);  // To libcurl, 0 is for ever.
  // Without the query: it may be a signature, and messages are logged.
  const std::string intent =
      fmt::format("{} '{}'", request.method, request.url.substr(0, request.url.find('?')));
  if (request.method.empty() || has_control(request.method) ||
      request.method.find(' ') != std::string::npos)
    return fail(ErrorCode::invalid_argument, intent + ": not a method");
  if (has_control(request.url)) return fail(ErrorCode::invalid_argument, intent + ": not a URL");
  TRY_LET(const List headers, within(intent, header_list(request)));
  Handle handle = handles_->take();
  if (!handle) return fail(ErrorCode::unavailable, intent + ": libcurl gave no handle");

  Arrival arrival{.response = {}, .body_bytes_max = request.body_bytes_max};
  set_options(handle.get(), request, arrival);
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  const CURLcode result = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  handles_->give_back(std::move(handle));

  if (arrival.too_large)
    return fail(ErrorCode::too_large,
                fmt::format("{}: answer over {} bytes", intent, request.body_bytes_max));
  if (result != CURLE_OK) return fail(code_of(result), intent + ": " + curl_easy_strerror(result));
  arrival.response.status = static_cast<int>(status);
  return std::move(arrival.response);
}

}  // namespace tintype::http
