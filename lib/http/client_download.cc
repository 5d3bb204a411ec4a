#include <algorithm>
#include <cstring>
#include <utility>

#include "http/curl_stepper.h"

namespace tintype::http {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kAheadMax = 256 << 10;  // Read from the network before anybody asks for it.

}  // namespace

CurlStepper CurlSteppers::take() {
  if (auto idle = idle_.take()) return *std::move(idle);
  return {.multi = std::unique_ptr<CURLM, CurlStepper::CloseMulti>(curl_multi_init()),
          .handle = CurlHandle(curl_easy_init())};
}

void CurlSteppers::give_back(CurlStepper stepper) {
  curl_easy_reset(stepper.handle.get());
  idle_.keep(std::move(stepper));
}

/// One answer on its way. Pinned: libcurl refers to it.
class ClientDownload::Transfer {
 public:
  Transfer(std::shared_ptr<CurlSteppers> steppers, const ClientRequest& request)
      : steppers_(std::move(steppers)),
        stepper_(steppers_->take()),
        idle_max_(request.idle_max.value_or(request.time_max)) {}
  ~Transfer() {
    if (!stepper_.handle || !stepper_.multi) return;
    // Before its end, this closes the connection.
    if (added_) curl_multi_remove_handle(stepper_.multi.get(), stepper_.handle.get());
    steppers_->give_back(std::move(stepper_));
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Until the head is there.
  Status start(const ClientRequest& request) {
    if (!stepper_.handle || !stepper_.multi)
      return fail(ErrorCode::unavailable, "libcurl gave no handle");
    CURL* const handle = stepper_.handle.get();
    TRY(sent_.prepare(handle, request));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, static_cast<long>(kAheadMax));
    if (curl_multi_add_handle(stepper_.multi.get(), handle) != CURLM_OK)
      return fail(ErrorCode::unavailable, "libcurl takes no handle");
    added_ = true;
    const auto deadline = Steady::now() + request.time_max;
    while (!sent_.has_head() && !done_) TRY(step(deadline));
    if (sent_.has_head()) return {};
    return fail(code_of(result_), curl_easy_strerror(result_));
  }

  int status() const {
    long status = 0;
    curl_easy_getinfo(stepper_.handle.get(), CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }
  const Headers& headers() { return sent_.headers(); }

  Result<std::size_t> read(std::span<std::byte> buffer) {
    ASSERT(!buffer.empty());
    const auto deadline = Steady::now() + idle_max_;
    while (ahead_.size() == taken_ && !done_) {
      ahead_.clear();
      taken_ = 0;
      if (std::exchange(paused_, false))
        curl_easy_pause(stepper_.handle.get(), CURLPAUSE_CONT);  // May call on_body().
      else
        TRY(step(deadline));
    }
    const std::size_t size = std::min(buffer.size(), ahead_.size() - taken_);
    if (size == 0 && result_ != CURLE_OK)
      return fail(code_of(result_), curl_easy_strerror(result_));
    std::memcpy(buffer.data(), ahead_.data() + taken_, size);
    taken_ += size;
    return size;
  }

 private:
  static std::size_t on_body(const char* data, std::size_t /*one*/, std::size_t size, void* user) {
    auto& self = *static_cast<Transfer*>(user);
    if (self.ahead_.size() >= kAheadMax) {
      self.paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    self.ahead_.append(data, size);
    return size;
  }

  /// Goes on for as long as there is something to do, and then waits for more.
  Status step(Steady::time_point deadline) {
    CURLM* const multi = stepper_.multi.get();
    const std::size_t before = ahead_.size();
    int running = 0;
    if (const CURLMcode code = curl_multi_perform(multi, &running); code != CURLM_OK)
      return fail(ErrorCode::unavailable, curl_multi_strerror(code));
    int waiting = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi, &waiting)) {
      if (message->msg != CURLMSG_DONE) continue;
      done_ = true;
      result_ = message->data.result;
    }
    if (done_ || ahead_.size() > before || paused_) return {};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
    if (left.count() <= 0) return fail(ErrorCode::unavailable, "nothing came in time");
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(left.count()), nullptr);
    return {};
  }

  const std::shared_ptr<CurlSteppers> steppers_;
  CurlStepper stepper_;
  const std::chrono::milliseconds idle_max_;
  CurlRequest sent_;
  bool added_ = false;
  bool paused_ = false;
  bool done_ = false;
  CURLcode result_ = CURLE_OK;
  std::string ahead_;      // What came, and
  std::size_t taken_ = 0;  // how much of it was read.
};

ClientDownload::ClientDownload(std::unique_ptr<Transfer> transfer)
    : transfer_(std::move(transfer)) {}
ClientDownload::~ClientDownload() = default;
ClientDownload::ClientDownload(ClientDownload&&) noexcept = default;
ClientDownload& ClientDownload::operator=(ClientDownload&&) noexcept = default;

int ClientDownload::status() const { return transfer_->status(); }
const Headers& ClientDownload::headers() const { return transfer_->headers(); }
Result<std::size_t> ClientDownload::read(std::span<std::byte> buffer) {
  return transfer_->read(buffer);
}

Result<ClientDownload> start_download(std::shared_ptr<CurlSteppers> steppers,
                                      const ClientRequest& request) {
  auto transfer = std::make_unique<ClientDownload::Transfer>(std::move(steppers), request);
  TRY(transfer->start(request));
  return ClientDownload(std::move(transfer));
}

}  // namespace tintype::http
