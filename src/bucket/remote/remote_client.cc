#include "bucket/remote/remote_client.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bucket/remote/remote_error.h"
#include "crypto/digest.h"
#include "sigv4/sign.h"

namespace tintype::bucket {
namespace {

constexpr std::uint64_t kAnswerBytesMax = 16 << 20;  // A page of a thousand long keys.
constexpr std::size_t kFaultBytesMax = 64 << 10;

std::string name_of(const RemoteRequest& request) {
  return request.method + " '" + request.bucket + (request.key.empty() ? "" : "/") + request.key +
         "'";
}

std::string query_text(const RemoteRequest& request) {
  std::string text;
  for (const auto& [name, value] : request.query) {
    if (!text.empty()) text += '&';
    text += percent_encode(name) + '=' + percent_encode(value);
  }
  return text;
}

/// A success whose body says otherwise.
bool is_late_fault(const http::ClientResponse& answer) {
  return answer.status == 200 && answer.body.size() < kFaultBytesMax &&
         answer.body.contains("Error") && !read_fault(200, answer.body).code.empty();
}

std::string fault_body(const http::ClientResponse& answer) {
  return answer.body.substr(0, kFaultBytesMax);
}
std::string fault_body(http::ClientDownload& answer) {
  std::string body;
  std::array<std::byte, 4096> buffer{};
  while (body.size() < kFaultBytesMax) {
    const auto got = answer.read(buffer);
    if (!got || *got == 0) break;
    body.append(reinterpret_cast<const char*>(buffer.data()), *got);
  }
  return body;
}

int status_of(const http::ClientResponse& answer) {
  return is_late_fault(answer) ? 500 : answer.status;
}
int status_of(const http::ClientDownload& answer) { return answer.status(); }
const http::Headers& headers_of(const http::ClientResponse& answer) { return answer.headers; }
const http::Headers& headers_of(const http::ClientDownload& answer) { return answer.headers(); }

}  // namespace

Result<http::ClientRequest> RemoteClient::make(const RemoteRequest& request) const {
  const std::size_t scheme = account_.origin.find("://") + 3;
  std::string host = account_.origin.substr(scheme);
  std::string path = "/";
  if (!request.bucket.empty() && account_.path_style) path += request.bucket + "/";
  if (!request.bucket.empty() && !account_.path_style) host = request.bucket + "." + host;
  if (request.key.empty() && path.size() > 1) path.pop_back();
  path += percent_encode(request.key, Slash::keep);
  const std::string query = query_text(request);

  http::ClientRequest made{
      .method = request.method,
      .url = account_.origin.substr(0, scheme) + host + path + (query.empty() ? "" : "?") + query,
      .headers = request.headers,
      .body = request.body,
      .file = request.file,
      .time_max = account_.idle_max,
      .idle_max = account_.idle_max,
      .body_bytes_max = kAnswerBytesMax};
  made.headers.set("Host", host);
  const std::string digest =
      request.file ? request.file_sha256 : crypto::sha256_hex(as_bytes(request.body));
  TRY_LET(const auto signature,
          sigv4::sign(
              {.method = made.method, .path = path, .query_text = query, .headers = made.headers},
              account_.credentials, {.region = account_.region, .service = "s3"},
              clock_.now() + std::chrono::milliseconds(skew_ms_.load()), digest));
  for (const auto& [name, value] : signature) made.headers.add(name, value);
  return made;
}

void RemoteClient::learn_skew(const http::Headers& headers) {
  const auto date = parse_http_date(headers.find("Date").value_or(""));
  if (date)
    skew_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(*date - clock_.now()).count();
}

template <class Answer>
Result<Answer> RemoteClient::repeat(
    const RemoteRequest& request,
    const std::function<Result<Answer>(const http::ClientRequest&)>& attempt) {
  const std::string context = "remote '" + account_.name + "': " + name_of(request);
  if (!retries_.may_begin())
    return fail(ErrorCode::unavailable, context + ": it has not answered for a while");
  for (int number = 1;; ++number) {
    TRY_LET(const http::ClientRequest made, within(context, make(request)));
    auto answer = attempt(made);
    retries_.ended(answer || answer.error().code != ErrorCode::unavailable);
    if (!answer) {
      if (answer.error().code == ErrorCode::unavailable && retries_.again(number)) continue;
      return within(context, std::move(answer));
    }
    if (status_of(*answer) / 100 == 2) {
      retries_.succeeded();
      return answer;
    }
    const RemoteFault fault = read_fault(status_of(*answer), fault_body(*answer));
    const bool is_skew = fault.code == "RequestTimeTooSkewed" && number == 1;
    if (is_skew) learn_skew(headers_of(*answer));
    if ((is_skew || is_passing(fault)) && retries_.again(number)) continue;
    return std::unexpected(error_of(fault, headers_of(*answer)).within(context));
  }
}

Result<http::ClientResponse> RemoteClient::send(const RemoteRequest& request) {
  return repeat<http::ClientResponse>(
      request, [this](const http::ClientRequest& made) { return client_.send(made); });
}

Result<http::ClientDownload> RemoteClient::download(const RemoteRequest& request) {
  return repeat<http::ClientDownload>(
      request, [this](const http::ClientRequest& made) { return client_.download(made); });
}

}  // namespace tintype::bucket
