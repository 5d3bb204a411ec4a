// POST <policy.route>: from what a client wants to upload to what it may send to the bucket.
#include "upload/api.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"

namespace tintype::upload {

namespace {

namespace json = boost::json;

constexpr std::size_t kBodySizeMax = 4 * 1024;

std::string listed(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list;
}

/// "15 MiB (15728640 bytes)", or only the bytes.
std::string size_text(std::int64_t size) {
  constexpr std::int64_t kMebibyte = 1 << 20;
  const std::string text = std::to_string(size) + " bytes";
  if (size % kMebibyte != 0) return text;
  return std::to_string(size / kMebibyte) + " MiB (" + text + ")";
}

/// The problem of a file that cannot be had.
http::Problem problem_of(const Error& error, const Policy& policy) {
  if (error.code == ErrorCode::invalid_argument)
    return {.status = 400, .code = "invalid_request", .detail = error.message};
  if (error.code == ErrorCode::too_large)
    return {.status = 413,
            .code = "too_large",
            .detail = "At most " + size_text(policy.size_max) + " can be uploaded."};
  ASSERT(error.code == ErrorCode::unsupported);
  return {
      .status = 415,
      .code = "unsupported_media_type",
      .detail = "Files of this type cannot be uploaded. These can: " + listed(policy.types) + "."};
}

http::Problem problem_of(Slots::Opened::Limit limit) {
  using Limit = Slots::Opened::Limit;
  switch (limit) {
    case Limit::waiting:
      return {.status = 429,
              .code = "too_many_slots",
              .detail =
                  "Too many uploads were begun and not finished. Finish one, or wait until "
                  "they expire."};
    case Limit::per_hour:
      return {.status = 429,
              .code = "too_many_uploads",
              .detail = "Too many uploads were begun in the last hour. Wait a while."};
    case Limit::bytes_per_day:
      return {.status = 429,
              .code = "too_many_bytes",
              .detail = "Too much was uploaded in the last 24 hours. Wait a while."};
  }
  __builtin_unreachable();
}

const http::Problem kKeyReused = {
    .status = 422,
    .code = "idempotency_key_reused",
    .detail = "This Idempotency-Key came with another body before. Use a new one."};
const http::Problem kOwnerGone = {
    .status = 410, .code = "person_deleted", .detail = "This person was deleted."};
const http::Problem kKeyAtWork = {
    .status = 409,
    .code = "idempotency_key_in_use",
    .detail = "A request with this Idempotency-Key is being answered. Try again."};

}  // namespace

/// Each file of a request: a slot to open, or why not.
struct Api::Files {
  std::vector<std::expected<Slot, http::Problem>> files;
  bool many = false;

  std::vector<Slot> slots() const {
    std::vector<Slot> all;
    for (const auto& file : files)
      if (file) all.push_back(*file);
    return all;
  }
};

/// One request with a key at a time: whoever comes while it is at work is not let in.
class Api::Turn {
 public:
  Turn(Api& api, const std::optional<IdempotencyKey>& idempotency, const Policy& policy,
       const bucket::Owner& owner)
      : api_(api) {
    if (!idempotency) return;
    // The parts of the name cannot run into each other: neither has a NUL.
    name_ = policy.collection + '\0' + owner.str() + '\0' + idempotency->key;
    const std::lock_guard lock(api_.mutex_);
    taken_ = api_.turns_.insert(name_).second;
  }
  ~Turn() {
    if (name_.empty() || !taken_) return;
    const std::lock_guard lock(api_.mutex_);
    api_.turns_.erase(name_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool taken() const { return taken_; }

 private:
  Api& api_;
  std::string name_;
  bool taken_ = true;
};

Api::Api(Options options, Slots& slots, bucket::Multiparts& multiparts, BlockingPool& pool,
         const Clock& clock)
    : options_(std::move(options)),
      presigner_({.s3_url = options_.s3_url,
                  .gateway_url = options_.gateway_url,
                  .region = options_.region,
                  .access_key_id = options_.access_key_id,
                  .secret_access_key = options_.secret_access_key}),
      slots_(slots),
      multiparts_(multiparts),
      pool_(pool),
      clock_(clock),
      opener_(slots, pool) {
  ASSERT(options_.ping_interval.count() > 0);
}

Task<http::Response> Api::key_upload(http::Request& request, const Policy& policy,
                                     const bucket::Owner& owner) {
  const auto body = co_await http::read_all(*request.body, kBodySizeMax);
  if (!body) co_return http::problem_response(body.error(), request);
  const auto idempotency = parse_idempotency_key(request.headers, *body);
  if (!idempotency)
    co_return http::problem_response(problem_of(idempotency.error(), policy), request);
  const auto requests = parse_upload_requests(*body);
  if (!requests) co_return http::problem_response(problem_of(requests.error(), policy), request);

  const Files files = prepare(*requests, policy, owner);
  std::vector<Slot> slots = files.slots();
  if (slots.empty() && !files.many)
    co_return http::problem_response(files.files.front().error(), request);
  if (slots.empty()) co_return answer(request, policy, files, {});
  const Turn turn(*this, *idempotency, policy, owner);
  if (!turn.taken()) co_return http::problem_response(kKeyAtWork, request);
  const auto in_parts = [](const Slot& slot) { return slot.method == Method::multipart; };
  const auto opened =
      std::ranges::any_of(slots, in_parts)
          ? co_await pool_.run([&] { return open(std::move(slots), policy, *idempotency); })
          : co_await opener_.open(std::move(slots), policy, *idempotency);
  if (!opened) {
    log(LogLevel::error, "slot could not be opened",
        {{"request", request.id}, {"reason", opened.error().message}});
    co_return http::problem_response(opened.error(), request);
  }
  co_return answer(request, policy, files, *opened);
}

Api::Files Api::prepare(const UploadRequests& requests, const Policy& policy,
                        const bucket::Owner& owner) const {
  Files files{.files = {}, .many = requests.many};
  for (const auto& wanted : requests.files) {
    if (!wanted) {
      files.files.emplace_back(std::unexpected(problem_of(wanted.error(), policy)));
      continue;
    }
    auto slot = slots_.prepare({.policy = policy,
                                .owner = owner,
                                .bucket = options_.bucket,
                                .content_type = wanted->content_type,
                                .size = wanted->size,
                                .method = wanted->method.value_or(policy.methods.front())});
    if (slot)
      files.files.emplace_back(*std::move(slot));
    else
      files.files.emplace_back(std::unexpected(problem_of(slot.error(), policy)));
  }
  return files;
}

/// For slots of which some are filled in parts. Those uploads come first, so that a slot which
/// exists can be filled; those of slots that did not come to be are aborted. (A crash in between
/// leaves one that grows old and is aborted.)
Result<Slots::Opened> Api::open(std::vector<Slot> slots, const Policy& policy,
                                const std::optional<IdempotencyKey>& idempotency) {
  std::vector<Slot> begun;
  const auto begin = [&](Slot& slot) -> Status {
    if (slot.method != Method::multipart) return {};
    bucket::PutOptions options;
    options.content_type = slot.content_type;
    options.writer = {.principal = options_.access_key_id,
                      .remote_address = {},
                      .request_id = {},
                      .by = bucket::WrittenBy::multipart};
    TRY_LET(slot.multipart_id, multiparts_.create(slot.bucket, slot.key, options));
    begun.push_back(slot);
    return {};
  };
  Status ready;
  for (Slot& slot : slots)
    if (ready) ready = begin(slot);
  auto opened = ready ? slots_.open(std::move(slots), policy, idempotency)
                      : Result<Slots::Opened>(std::unexpected(ready.error()));
  if (opened && opened->outcome == Slots::Opened::Outcome::opened) return opened;
  for (const Slot& slot : begun)
    if (const Status aborted = abort_parts(slot); !aborted)
      log(LogLevel::warning, "upload in parts not aborted", {{"reason", aborted.error().message}});
  return opened;
}

http::Response Api::answer(http::Request& request, const Policy& policy, const Files& files,
                           const Slots::Opened& opened) const {
  using Outcome = Slots::Opened::Outcome;
  if (opened.outcome == Outcome::key_reused) return http::problem_response(kKeyReused, request);
  if (opened.outcome == Outcome::owner_gone) return http::problem_response(kOwnerGone, request);
  if (opened.outcome == Outcome::over_limit) {
    auto response = http::problem_response(problem_of(opened.limit), request);
    response.headers.set(
        "Retry-After",
        std::to_string(std::chrono::ceil<std::chrono::seconds>(opened.retry_after).count()));
    return response;
  }
  json::array answers;
  auto slot = opened.slots.begin();
  for (const auto& file : files.files) {
    if (!file) {
      answers.push_back({{"problem",
                          {{"status", file.error().status},
                           {"code", file.error().code},
                           {"detail", file.error().detail}}}});
      continue;
    }
    // A policy that changed since the key was used first may let other files through.
    if (slot == opened.slots.end()) return http::problem_response(kKeyReused, request);
    auto answer = presigner_.answer(*slot);
    if (!answer) {
      log(LogLevel::error, "slot could not be signed",
          {{"request", request.id}, {"reason", answer.error().message}});
      return http::problem_response(Error{ErrorCode::internal, answer.error().message}, request);
    }
    log(LogLevel::info, "slot opened",
        {{"request", request.id}, {"upload", slot->id}, {"collection", policy.collection}});
    answers.push_back(*std::move(answer));
    ++slot;
  }
  auto response = http::json_response(
      200, files.many ? json::serialize(json::object{{"files", std::move(answers)}})
                      : json::serialize(answers.front()));
  response.headers.set("Cache-Control", "no-store");  // The URL is a right to write.
  return response;
}

}  // namespace tintype::upload
