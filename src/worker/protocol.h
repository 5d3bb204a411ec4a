// What the pool and a worker say to each other: docs/formats/worker-protocol.md. Each message is
// one datagram of JSON on a SOCK_SEQPACKET socket. The pool believes nothing that a worker says:
// from its first job on, a worker is what a picture made of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "image/limits.h"
#include "image/plan.h"

namespace tintype::worker {

inline constexpr int kSocketFd = 3;  ///< In the worker.
inline constexpr int kMemoryFd = 4;  ///< In the worker: where results are written.
inline constexpr std::size_t kMessageSizeMax = 64 << 10;
inline constexpr std::size_t kPlansMax = 64;            ///< Of one job.
inline constexpr std::int64_t kMemorySize = 256 << 20;  ///< All results of a job; only what is
                                                        ///< written takes memory.

/// To a worker, with the source's descriptor.
struct Request {
  std::string id;
  bool trusted = false;
  std::int64_t source_size = 0;
  std::vector<image::Plan> plans;
  image::Limits limits;
};

/// From a worker: where a variant lies in the shared memory.
struct Place {
  image::Format format = image::Format::jpeg;
  int width = 0;
  int height = 0;
  std::int64_t offset = 0;
  std::int64_t size = 0;
};

/// From a worker, when the job is done.
struct Answer {
  std::string source_type;
  int source_width = 0;
  int source_height = 0;
  double decode_ms = 0;
  double resize_ms = 0;
  double encode_ms = 0;
  std::vector<Place> variants;
};

std::string to_json(const Request& request);
std::string to_json(const Answer& answer);
/// Another answer: this job is for a worker of another engine.
std::string declined_message();
/// The third one, also to being started.
std::string to_json(const Error& error);
/// The first message of a worker; `jail` is the report of its jail, JSON.
std::string ready_message(std::string_view jail);

/// `corrupt` if it is not what to_json writes.
Result<Request> parse_request(std::string_view text);
/// The answer, nothing if the worker declines, or the error that it sends instead; `corrupt` if it
/// is none of these, or not an answer to `request`: other plans, places outside of the memory, over
/// a limit.
Result<std::optional<Answer>> parse_answer(std::string_view text, const Request& request);
/// The report of the jail, or the error that the worker sends instead; `corrupt` if it is neither.
Result<std::string> parse_ready(std::string_view text);

/// Sends one message, and with it `fd` unless that is -1. `unavailable` if nobody is there.
Status send_message(int socket, std::string_view text, int fd = -1);

struct Message {
  std::string text;  ///< Empty: the other side is gone.
  Fd fd;
};
/// Waits for one message. `take_fd`: a descriptor may come with it; else one that does is closed.
Result<Message> receive_message(int socket, bool take_fd);

}  // namespace tintype::worker
