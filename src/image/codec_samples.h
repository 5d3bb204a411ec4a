// A 16 x 16 picture of four colours in each format that is read, for Engine::warm and tests.
#pragma once

#include <span>
#include <string_view>

namespace tintype::image {

struct CodecSample {
  std::string_view name;
  std::string_view base64;
};

std::span<const CodecSample> codec_samples();

}  // namespace tintype::image
