// What a function's answer means as an HTTP response: payload format 2.0 of API Gateway's HTTP
// APIs.
// docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace tintype::gateway {

/// An object with `statusCode` says all of it: {"statusCode", "headers", "cookies", "body",
/// "isBase64Encoded"}; its body is text/plain unless it says otherwise. Any other JSON is itself
/// the body of a 200 of application/json; of a JSON text, what it says. `damaged_input` naming the
/// fault for what is neither: no JSON, a status that is none (100-199 and beyond 599 too), a header
/// that would be several, a body that is no text or no base64.
Result<http::Response> parse_answer(std::string_view json);

}  // namespace tintype::gateway
