// Answers that are read as they come. For this module alone.
#pragma once

#include <memory>

#include "http/client.h"
#include "http/curl_idle.h"
#include "http/curl_request.h"

namespace tintype::http {

/// A handle, and what drives it step by step and keeps its connections.
struct CurlStepper {
  struct CloseMulti {
    void operator()(CURLM* it) const { curl_multi_cleanup(it); }
  };
  std::unique_ptr<CURLM, CloseMulti> multi;  // Outlives the handle.
  CurlHandle handle;
};

/// Those that nobody uses, with their open connections. Thread-safe.
class CurlSteppers {
 public:
  /// Without a handle only if libcurl cannot make one.
  CurlStepper take();
  void give_back(CurlStepper stepper);

 private:
  CurlIdle<CurlStepper> idle_;
};

/// Client::download().
Result<ClientDownload> start_download(std::shared_ptr<CurlSteppers> steppers,
                                      const ClientRequest& request);

}  // namespace tintype::http
