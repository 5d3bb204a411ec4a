// A queue of Amazon SQS, or of anything that speaks its protocol (ElasticMQ, LocalStack).
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "function/notify/target.h"
#include "sigv4/request_view.h"

namespace tintype::function {

struct SqsQueueOptions {
  std::string name;
  std::string url;  ///< "https://sqs.eu-central-1.amazonaws.com/123456789012/thumbs"
  std::string region;
  sigv4::Credentials credentials;
  std::chrono::milliseconds time_max{10'000};
};

/// `invalid_argument` for a URL that is none. `clock` outlives it.
Result<std::unique_ptr<Target>> make_sqs_queue(SqsQueueOptions options, const Clock& clock);

}  // namespace tintype::function
