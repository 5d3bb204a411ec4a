#include "gateway/lambda_host.h"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/lambda_process.h"
#include "gateway/lambda_queue.h"
#include "gateway/lambda_runtime_api.h"
#include "http/server.h"

namespace tintype::gateway {

namespace {

/// The variables of a Lambda environment that do not need AWS:
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
std::vector<std::string> environment_of(const LambdaHostOptions& options,
                                        const std::string& api_address) {
  std::vector<std::string> variables = {
      "AWS_LAMBDA_RUNTIME_API=" + api_address,
      "AWS_LAMBDA_FUNCTION_NAME=" + options.name,
      "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
      "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
      "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + options.name,
      "AWS_LAMBDA_LOG_STREAM_NAME=$LATEST",
      "AWS_REGION=" + options.region,
      "AWS_DEFAULT_REGION=" + options.region,
      "LAMBDA_TASK_ROOT=" + (options.folder.empty() ? "." : options.folder),
      "TZ=:UTC",
  };
  for (const char* inherited : {"PATH", "HOME", "LANG"})
    if (const char* value = std::getenv(inherited))
      variables.push_back(fmt::format("{}={}", inherited, value));
  if (!options.handler.empty()) variables.push_back("_HANDLER=" + options.handler);
  variables.insert(variables.end(), options.environment.begin(), options.environment.end());
  return variables;
}

class LambdaHost final : public FunctionClient {
 public:
  explicit LambdaHost(LambdaHostOptions options)
      : options_(std::move(options)),
        queue_({.slots = options_.processes,
                .waiting_max = options_.waiting_max,
                .time_max = options_.time_max,
                .overdue = [this](std::size_t slot) { processes_.at(slot)->kill(); }}) {}

  ~LambdaHost() override {
    queue_.stop();
    processes_.clear();
    if (server_) server_->stop();
  }

  Status start();
  Task<FunctionAnswer> invoke(Invocation invocation) override {
    return queue_.invoke(std::move(invocation));
  }

 private:
  Status start_api();

  const LambdaHostOptions options_;
  LambdaQueue queue_;
  std::unique_ptr<http::Server> server_;
  std::vector<std::unique_ptr<LambdaProcess>> processes_;  // By slot; all there before any work is.
};

Status LambdaHost::start_api() {
  http::Limits limits;
  // A little more than an answer may have: it is the handler that must see what is too large.
  limits.body_bytes_max = FunctionClient::kPayloadSizeMax + (1U << 20);
  const std::string arn =
      fmt::format("arn:aws:lambda:{}:000000000000:function:{}", options_.region, options_.name);
  std::vector<http::Listener> listeners;
  for (std::size_t slot = 0; slot < options_.processes; ++slot)
    listeners.push_back({.name = fmt::format("function {}", options_.name),
                         .address = "127.0.0.1:0",
                         .limits = limits,
                         .handler = lambda_runtime_api(queue_, slot, arn)});
  http::Server::Options server;
  server.loops = 1;
  TRY_LET(server_, http::Server::start(std::move(server), std::move(listeners)));
  return {};
}

Status LambdaHost::start() {
  TRY(start_api());
  const std::vector<std::string> addresses = server_->addresses();
  for (std::size_t slot = 0; slot < options_.processes; ++slot) {
    TRY_LET(auto process,
            LambdaProcess::start({.name = options_.name,
                                  .command = options_.command,
                                  .environment = environment_of(options_, addresses.at(slot)),
                                  .folder = options_.folder,
                                  .ended = [this, slot](const std::string& how) {
                                    queue_.process_ended(slot, how);
                                  }}));
    processes_.push_back(std::move(process));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<FunctionClient>> start_lambda_host(LambdaHostOptions options) {
  auto host = std::make_shared<LambdaHost>(std::move(options));
  TRY(host->start());
  return host;
}

}  // namespace tintype::gateway
