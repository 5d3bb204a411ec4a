#include "http/client.h"

#include <fmt/format.h>

#include "http/curl_idle.h"
#include "http/curl_request.h"
#include "http/curl_stepper.h"

namespace tintype::http {
namespace {

/// What libcurl's callback writes a body to.
struct Arrival {
  std::string body = {};
  std::uint64_t body_bytes_max;
  bool too_large = false;
};

std::size_t on_body(const char* data, std::size_t /*one*/, std::size_t size, void* user) {
  auto& arrival = *static_cast<Arrival*>(user);
  if (size > arrival.body_bytes_max - arrival.body.size()) {
    arrival.too_large = true;
    return CURL_WRITEFUNC_ERROR;
  }
  arrival.body.append(data, size);
  return size;
}

void limit_time(CURL* handle, const ClientRequest& request) {
  if (!request.idle_max) {
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.time_max.count()));
    return;
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*request.idle_max);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.time_max.count()));
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds.count()));
}

}  // namespace

/// libcurl's handles, each with its open connections. Thread-safe.
class Client::Handles {
 public:
  /// Null only if libcurl cannot make one.
  CurlHandle take() {
    auto idle = idle_.take();
    return idle ? *std::move(idle) : CurlHandle(curl_easy_init());
  }

  void give_back(CurlHandle handle) {
    curl_easy_reset(handle.get());  // Forgets options, keeps connections.
    idle_.keep(std::move(handle));
  }

 private:
  CurlIdle<CurlHandle> idle_;
};

Client::Client() {
  // Once per process, and never cleaned up: other threads may still be inside at exit.
  static const CURLcode kInitialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  ASSERT(kInitialized == CURLE_OK);
  handles_ = std::make_unique<Handles>();
  steppers_ = std::make_shared<CurlSteppers>();
}

Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
  ASSERT(request.time_max.count() > 0);  // To libcurl, 0 is for ever.
  const std::string intent = intent_of(request);
  CurlHandle handle = handles_->take();
  if (!handle) return fail(ErrorCode::unavailable, intent + ": libcurl gave no handle");

  CurlRequest sent;
  Arrival arrival{.body_bytes_max = request.body_bytes_max};
  const Status prepared = sent.prepare(handle.get(), request);
  CURLcode result = CURLE_OK;
  long status = 0;
  if (prepared) {
    limit_time(handle.get(), request);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &arrival);
    result = curl_easy_perform(handle.get());
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  }
  handles_->give_back(std::move(handle));

  TRY(within(intent, prepared));
  TRY(within(intent, sent.file_status()));
  if (arrival.too_large)
    return fail(ErrorCode::too_large,
                fmt::format("{}: answer over {} bytes", intent, request.body_bytes_max));
  if (result != CURLE_OK) return fail(code_of(result), intent + ": " + curl_easy_strerror(result));
  return ClientResponse{.status = static_cast<int>(status),
                        .headers = std::move(sent.headers()),
                        .body = std::move(arrival.body)};
}

Result<ClientDownload> Client::download(const ClientRequest& request) {
  ASSERT(request.time_max.count() > 0);
  return within(intent_of(request), start_download(steppers_, request));
}

}  // namespace tintype::http
