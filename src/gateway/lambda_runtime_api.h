#pragma once

#include <cstddef>
#include <string>

#include "gateway/lambda_queue.h"
#include "http/message.h"

namespace tintype::gateway {

/// The Lambda Runtime API (2018-06-01), as one process sees it: the process of `slot`, since each
/// has an address of its own.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
///
///   GET  /2018-06-01/runtime/invocation/next           200, when there is work
///   POST /2018-06-01/runtime/invocation/ID/response    202
///   POST /2018-06-01/runtime/invocation/ID/error       202
///   POST /2018-06-01/runtime/init/error                202
///
/// 400 for an id that is not (any more) the process's, 413 for an answer over its limit. `queue`
/// outlives the handler.
http::Handler lambda_runtime_api(LambdaQueue& queue, std::size_t slot, std::string function_arn);

/// The X-Ray form of a W3C traceparent, for _X_AMZN_TRACE_ID; empty for one that is not valid.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
std::string xray_trace_of(std::string_view traceparent);

}  // namespace tintype::gateway
