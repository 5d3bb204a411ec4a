#include "image/engine.h"

#include <fmt/format.h>

#include "image/codec_samples.h"

namespace tintype::image {

Result<SourceType> check_job(const Source& source, const std::vector<Plan>& plans,
                             const Limits& limits) {
  if (plans.empty()) return fail(ErrorCode::invalid_argument, "no plan is given");
  TRY(check_source_bytes(static_cast<std::int64_t>(source.bytes.size()), limits));
  return sniff(source.bytes);
}

Status warm_engine(const Engine& engine, bool (*is_read)(SourceType)) {
  std::vector<Plan> plans;
  for (const Format format : {Format::jpeg, Format::webp, Format::png, Format::avif})
    plans.push_back({.width = 8, .format = format});
  for (const CodecSample& sample : codec_samples()) {
    TRY_LET(const std::string bytes, from_base64(sample.base64));
    TRY_LET(const SourceType type, sniff(as_bytes(bytes)));
    if (!is_read(type)) continue;
    const auto rendered =
        engine.render({.bytes = as_bytes(bytes), .trusted = true}, plans, Limits{});
    if (!rendered)
      return fail(ErrorCode::internal,
                  fmt::format("codec {}: {}", sample.name, rendered.error().message));
    if (!*rendered)
      return fail(ErrorCode::internal, fmt::format("codec {}: declined", sample.name));
    plans.resize(1);
  }
  return {};
}

}  // namespace tintype::image
