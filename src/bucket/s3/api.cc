#include "bucket/s3/api.h"

#include <memory>
#include <utility>

#include "base/log.h"
#include "bucket/s3/access.h"
#include "bucket/s3/cors.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/rule/bucket_rules.h"
#include "bucket/s3/signatories.h"

namespace tintype::bucket {

namespace {

class S3Api {
 public:
  S3Api(S3Options options, MultipartStore& store, Identities& identities, BlockingPool& pool,
        const Clock& clock)
      : rules_(
            [&store, &identities](const BucketName& bucket) {
              return read_bucket_rules(store, identities, bucket);
            },
            pool, clock),
        signatories_(options.keys, identities, pool, clock),
        service_{.options = std::move(options),
                 .store = store,
                 .pool = pool,
                 .clock = clock,
                 .rules = rules_,
                 .signatories = signatories_},
        cors_(service_.options.cors_origins) {}

  Task<http::Response> serve(http::Request& request) const;

 private:
  S3Answer answer(http::Request& request) const;
  S3Answer answer_authorized(const S3Call& call) const;
  Task<S3Fault> explain_denial(const S3Call& call, S3Fault denial) const;
  Task<std::shared_ptr<const BucketRules>> rules_for(const http::Request& request) const;
  Task<S3Fault> explain(const http::Request& request, const S3Result<Route>& route,
                        Stranger stranger) const;

  mutable RulesCache rules_;
  mutable Signatories signatories_;
  const S3Service service_;
  const S3Cors cors_;
};

void log_fault(const S3Fault& fault, const http::Request& request) {
  const int status = status_of(fault.error);
  const bool is_ours = fault.error == S3Error::internal_error;
  // What a client did wrong is between it and its answer; what we could not do is for the operator.
  if (status < 500 || fault.error == S3Error::not_implemented) {
    log(LogLevel::debug, "s3 request refused",
        {{"request", request.id}, {"code", code_of(fault.error)}, {"cause", fault.cause}});
    return;
  }
  log(is_ours ? LogLevel::error : LogLevel::warning, "s3 request failed",
      {{"request", request.id}, {"code", code_of(fault.error)}, {"error", fault.cause}});
}

S3Answer run(const S3Service& service, const S3Call& call) {
  switch (call.route.operation) {
    case Operation::list_buckets: return list_buckets(service, call);
    case Operation::create_bucket: return create_bucket(service, call);
    case Operation::head_bucket: return head_bucket(service, call);
    case Operation::get_bucket_location: return get_bucket_location(service, call);
    case Operation::list_objects_v2: return list_objects_v2(service, call);
    case Operation::put_object: return put_object(service, call);
    case Operation::get_object: return get_object(service, call);
    case Operation::head_object: return head_object(service, call);
    case Operation::delete_object: return delete_object(service, call);
    case Operation::post_object: return post_object(service, call);
    case Operation::create_multipart_upload: return create_multipart_upload(service, call);
    case Operation::upload_part: return upload_part(service, call);
    case Operation::complete_multipart_upload: return complete_multipart_upload(service, call);
    case Operation::abort_multipart_upload: return abort_multipart_upload(service, call);
    case Operation::list_parts: return list_parts(service, call);
    case Operation::list_multipart_uploads: return list_multipart_uploads(service, call);
    case Operation::delete_bucket: return delete_bucket(service, call);
    case Operation::list_objects: return list_objects(service, call);
    case Operation::delete_objects: return delete_objects(service, call);
    case Operation::copy_object: return copy_object(service, call);
    case Operation::upload_part_copy: return upload_part_copy(service, call);
    case Operation::get_object_tagging: return get_object_tagging(service, call);
    case Operation::put_object_tagging: return put_object_tagging(service, call);
    case Operation::delete_object_tagging: return delete_object_tagging(service, call);
    case Operation::get_object_attributes: return get_object_attributes(service, call);
    case Operation::get_bucket_versioning: return get_bucket_versioning(service, call);
    case Operation::put_bucket_versioning: return put_bucket_versioning(service, call);
    case Operation::list_object_versions: return list_object_versions(service, call);
    case Operation::get_bucket_cors: return get_bucket_cors(service, call);
    case Operation::put_bucket_cors: return put_bucket_cors(service, call);
    case Operation::delete_bucket_cors: return delete_bucket_cors(service, call);
    case Operation::get_bucket_policy: return get_bucket_policy(service, call);
    case Operation::get_bucket_policy_status: return get_bucket_policy_status(service, call);
    case Operation::put_bucket_policy: return put_bucket_policy(service, call);
    case Operation::delete_bucket_policy: return delete_bucket_policy(service, call);
    case Operation::get_public_access_block: return get_public_access_block(service, call);
    case Operation::put_public_access_block: return put_public_access_block(service, call);
    case Operation::delete_public_access_block: return delete_public_access_block(service, call);
    case Operation::get_bucket_tagging: return get_bucket_tagging(service, call);
    case Operation::put_bucket_tagging: return put_bucket_tagging(service, call);
    case Operation::delete_bucket_tagging: return delete_bucket_tagging(service, call);
    case Operation::get_bucket_lifecycle: return get_bucket_lifecycle(service, call);
    case Operation::put_bucket_lifecycle: return put_bucket_lifecycle(service, call);
    case Operation::delete_bucket_lifecycle: return delete_bucket_lifecycle(service, call);
    case Operation::get_bucket_notification: return get_bucket_notification(service, call);
    case Operation::put_bucket_notification: return put_bucket_notification(service, call);
    case Operation::get_bucket_acl: return get_bucket_acl(service, call);
    case Operation::put_bucket_acl: return put_bucket_acl(service, call);
    case Operation::get_object_acl: return get_object_acl(service, call);
    case Operation::put_object_acl: return put_object_acl(service, call);
    case Operation::get_bucket_ownership_controls:
      return get_bucket_ownership_controls(service, call);
    case Operation::put_bucket_ownership_controls:
      return put_bucket_ownership_controls(service, call);
    case Operation::get_not_configured: return get_not_configured(service, call);
  }
  __builtin_unreachable();
}

Task<http::Response> S3Api::serve(http::Request& request) const {
  auto outcome = co_await answer(request);
  if (!outcome) log_fault(outcome.error(), request);
  http::Response response =
      outcome ? *std::move(outcome) : error_response(outcome.error(), request);
  cors_.allow(request, (co_await rules_for(request))->cors, response);
  response.headers.set("x-amz-request-id", request.id);
  co_return response;
}

S3Answer S3Api::answer(http::Request& request) const {
  if (request.method == "OPTIONS")
    co_return cors_.preflight(request, (co_await rules_for(request))->cors);
  auto route = find_route(request, service_.options.domains);
  // A form carries its signature in its body: the operation itself asks who it is.
  if (route && route->operation == Operation::post_object)
    co_return co_await run(service_,
                           {.request = request, .route = *std::move(route), .caller = Caller()});
  auto caller = co_await authenticate(request, service_);
  // Who is asked for before what: a stranger learns nothing of what we would do.
  if (!caller) co_return std::unexpected(co_await explain(request, route, caller.error()));
  if (!route && caller->is_anonymous()) co_return refuse(S3Error::access_denied);
  if (!route) co_return std::unexpected(std::move(route).error());
  const S3Call call{.request = request, .route = *std::move(route), .caller = *std::move(caller)};
  co_return co_await answer_authorized(call);
}

S3Answer S3Api::answer_authorized(const S3Call& call) const {
  if (auto allowed = co_await authorize(service_, call); !allowed)
    co_return std::unexpected(co_await explain_denial(call, std::move(allowed).error()));
  auto outcome = co_await run(service_, call);
  if (outcome || outcome.error().error != S3Error::no_such_key) co_return outcome;
  CO_TRY(co_await authorize_listing_of_key(service_, call));
  co_return outcome;
}

/// S3 tells whoever may list a key that it is not there, even if they may not read it.
Task<S3Fault> S3Api::explain_denial(const S3Call& call, S3Fault denial) const {
  const Operation operation = call.route.operation;
  const bool is_read = operation == Operation::get_object || operation == Operation::head_object;
  if (denial.error != S3Error::access_denied || !is_read || call.request.query.has("versionId"))
    co_return denial;
  if (!co_await authorize_listing_of_key(service_, call)) co_return denial;
  const auto found =
      co_await service_.pool.run([&] { return service_.store.head(call.bucket(), call.key()); });
  if (found || found.error().code != ErrorCode::not_found) co_return denial;
  co_return S3Fault{.error = S3Error::no_such_key};
}

/// What the bucket says of pages, for a request that comes from one.
Task<std::shared_ptr<const BucketRules>> S3Api::rules_for(const http::Request& request) const {
  static const auto kNone = std::make_shared<const BucketRules>();
  if (!request.headers.has("Origin")) co_return kNone;
  const auto bucket = bucket_of(request, service_.options.domains);
  if (!bucket) co_return kNone;
  auto rules = co_await rules_.get(*bucket);
  if (!rules) log(LogLevel::warning, "bucket rules not read", {{"error", rules.error().message}});
  if (!rules || *rules == nullptr) co_return kNone;
  co_return *std::move(rules);
}

/// A presigned PUT binds type and length by signing their headers, so a client that sends others
/// breaks the signature, and "does not match" alone would send its author on a long search. If the
/// slot would have refused the request anyway, that is the reason to give.
Task<S3Fault> S3Api::explain(const http::Request& request, const S3Result<Route>& route,
                             Stranger stranger) const {
  S3Fault fault = std::move(stranger.fault);
  if (!stranger.claimed || !stranger.claimed->presigned) co_return fault;
  if (!route || route->operation != Operation::put_object) co_return fault;
  const auto put = parse_put(request, *stranger.claimed);
  if (!put) co_return fault;

  const PutIntent intent{.bucket = *route->bucket, .key = *route->key, .options = put->options};
  const auto admitted = co_await service_.pool.run([&] { return service_.store.admit(intent); });
  if (admitted) co_return fault;
  const Error& reason = admitted.error();
  const bool in_own_words =
      reason.code == ErrorCode::denied || reason.code == ErrorCode::invalid_argument;
  if (in_own_words || reason.code == ErrorCode::too_large) {
    fault.message = std::string(message_of(fault.error)) + " Reason: ";
    fault.message += in_own_words ? reason.message : message_of(S3Error::entity_too_large);
  }
  co_return fault;
}

}  // namespace

http::Handler s3_handler(S3Options options, MultipartStore& store, Identities& identities,
                         BlockingPool& pool, const Clock& clock) {
  // Shared only since a std::function must be copyable.
  const auto api =
      std::make_shared<const S3Api>(std::move(options), store, identities, pool, clock);
  return [api](http::Request& request) { return api->serve(request); };
}

}  // namespace tintype::bucket
