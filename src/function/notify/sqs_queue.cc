#include "function/notify/sqs_queue.h"

#include <boost/json.hpp>
#include <utility>

#include "base/text.h"
#include "crypto/digest.h"
#include "http/client.h"
#include "sigv4/sign.h"

namespace tintype::function {

namespace {

class SqsQueue final : public Target {
 public:
  SqsQueue(SqsQueueOptions options, std::string origin, const Clock& clock)
      : options_(std::move(options)), origin_(std::move(origin)), clock_(clock) {}

  Status deliver(const Notification& notification) override {
    const std::string context = "queue '" + options_.name + "'";
    TRY_LET(const http::ClientRequest request, within(context, make_request(notification)));
    TRY_LET(const http::ClientResponse answer, within(context, client_.send(request)));
    if (answer.status == 200) return {};
    return fail(ErrorCode::unavailable, context + ": status " + std::to_string(answer.status) +
                                            ": " + answer.body.substr(0, kReasonSizeMax));
  }

 private:
  static constexpr std::size_t kReasonSizeMax = 300;

  Result<http::ClientRequest> make_request(const Notification& notification) const {
    http::ClientRequest request{
        .method = "POST",
        .url = origin_ + "/",
        .headers = {{"Host", origin_.substr(origin_.find("//") + 2)},
                    {"Content-Type", "application/x-amz-json-1.0"},
                    {"X-Amz-Target", "AmazonSQS.SendMessage"}},
        .body = boost::json::serialize(
            boost::json::object({{"QueueUrl", options_.url}, {"MessageBody", notification.body}})),
        .time_max = options_.time_max};
    TRY_LET(
        const auto signature,
        sigv4::sign(
            {.method = request.method, .path = "/", .query_text = "", .headers = request.headers},
            options_.credentials, {.region = options_.region, .service = "sqs"}, clock_.now(),
            crypto::sha256_hex(as_bytes(request.body))));
    for (const auto& [name, value] : signature) request.headers.add(name, value);
    return request;
  }

  const SqsQueueOptions options_;
  const std::string origin_;  // "https://sqs.eu-central-1.amazonaws.com"
  const Clock& clock_;
  http::Client client_;
};

}  // namespace

Result<std::unique_ptr<Target>> make_sqs_queue(SqsQueueOptions options, const Clock& clock) {
  const std::size_t scheme = options.url.find("://");
  const std::size_t path = scheme == std::string::npos ? scheme : options.url.find('/', scheme + 3);
  if (path == std::string::npos)
    return fail(ErrorCode::invalid_argument, "'" + options.url + "' is no URL of a queue");
  std::string origin = options.url.substr(0, path);
  return std::make_unique<SqsQueue>(std::move(options), std::move(origin), clock);
}

}  // namespace tintype::function
