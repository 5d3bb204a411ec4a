// The floor under every engine that keeps to the codec: libjpeg-turbo's own scaled decode to YUV
// planes and its encode of planes of the target's size. Nothing is resampled between the two.
//
//   bench_floor FILE QUALITY WIDTHxHEIGHT... --seconds S
//
// Decodes FILE to planes at the smallest scale that still covers the largest target, then encodes
// each target from the middle of them; a height of 0 follows from the width. Prints one line of
// JSON, {"rate": pictures per second}.
#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Bytes = std::vector<unsigned char>;

[[noreturn]] void die(std::string_view message) {
  fmt::print(stderr, "bench_floor: {}\n", message);
  std::exit(EXIT_FAILURE);
}

void check(int status, tjhandle handle) {
  if (status != 0) die(tjGetErrorStr2(handle));
}

struct Size {
  int width = 0;
  int height = 0;
};

/// Three planes of one buffer, as libjpeg-turbo lays them out.
struct Planes {
  Size size;
  int sampling = 0;
  std::array<Bytes, 3> samples;
  std::array<int, 3> strides = {};

  Planes(Size of, int subsampling) : size(of), sampling(subsampling) {
    for (int i = 0; i < 3; ++i) {
      const auto at = static_cast<std::size_t>(i);
      strides[at] = tjPlaneWidth(i, size.width, sampling);
      samples[at].resize(static_cast<std::size_t>(strides[at]) *
                         static_cast<std::size_t>(tjPlaneHeight(i, size.height, sampling)));
    }
  }
};

struct Job {
  Bytes source;
  int quality = 0;
  std::vector<Size> targets;
  Size decoded;  ///< The smallest scale that covers all targets.
  int sampling = 0;
};

class Codec {
 public:
  Codec() : decoder_(tjInitDecompress()), encoder_(tjInitCompress()) {}
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  ~Codec() {
    tjFree(encoded_);
    tjDestroy(decoder_);
    tjDestroy(encoder_);
  }

  Size read_header(const Bytes& source, int& sampling) {
    Size size;
    int colour_space = 0;
    check(tjDecompressHeader3(decoder_, source.data(), source.size(), &size.width, &size.height,
                              &sampling, &colour_space),
          decoder_);
    return size;
  }

  void run(const Job& job, Planes& planes) {
    std::array<unsigned char*, 3> rows = {planes.samples[0].data(), planes.samples[1].data(),
                                          planes.samples[2].data()};
    check(tjDecompressToYUVPlanes(decoder_, job.source.data(), job.source.size(), rows.data(),
                                  planes.size.width, planes.strides.data(), planes.size.height, 0),
          decoder_);
    for (const Size target : job.targets) encode(planes, target, job.quality);
  }

 private:
  void encode(const Planes& planes, Size target, int quality) {
    // Multiples of 16 are whole blocks of every sampling.
    const int left = (planes.size.width - target.width) / 2 / 16 * 16;
    const int top = (planes.size.height - target.height) / 2 / 16 * 16;
    std::array<const unsigned char*, 3> rows = {};
    for (int i = 0; i < 3; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const int column = left == 0 ? 0 : tjPlaneWidth(i, left, planes.sampling);
      const int row = top == 0 ? 0 : tjPlaneHeight(i, top, planes.sampling);
      rows[at] = planes.samples[at].data() + row * planes.strides[at] + column;
    }
    check(tjCompressFromYUVPlanes(encoder_, rows.data(), target.width, planes.strides.data(),
                                  target.height, planes.sampling, &encoded_, &encoded_size_,
                                  quality, 0),
          encoder_);
  }

  tjhandle decoder_;
  tjhandle encoder_;
  unsigned char* encoded_ = nullptr;
  unsigned long encoded_size_ = 0;
};

Size parse_size(const std::string& text) {
  const std::size_t cross = text.find('x');
  if (cross == std::string::npos) die(text + " is not WIDTHxHEIGHT");
  return {std::atoi(text.c_str()), std::atoi(text.c_str() + cross + 1)};
}

/// The smallest of libjpeg-turbo's scales at which a picture of `source` covers all `targets`.
Size scaled_to_cover(Size source, const std::vector<Size>& targets) {
  int count = 0;
  const tjscalingfactor* const factors = tjGetScalingFactors(&count);
  Size best = source;
  for (int i = 0; i < count; ++i) {
    const Size scaled = {TJSCALED(source.width, factors[i]), TJSCALED(source.height, factors[i])};
    const bool covers = std::ranges::all_of(targets, [scaled](Size target) {
      return scaled.width >= target.width && scaled.height >= target.height;
    });
    if (covers && scaled.width < best.width) best = scaled;
  }
  return best;
}

Bytes read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) die(fmt::format("cannot read {}", path));
  return Bytes{std::istreambuf_iterator<char>(file), {}};
}

double pictures_per_second(Codec& codec, const Job& job, double seconds) {
  using Clock = std::chrono::steady_clock;
  Planes planes(job.decoded, job.sampling);
  codec.run(job, planes);  // Warm.
  const auto begin = Clock::now();
  std::chrono::duration<double> took{};
  int pictures = 0;
  while (took.count() < seconds) {
    codec.run(job, planes);
    took = Clock::now() - begin;
    ++pictures;
  }
  return pictures / took.count();
}

}  // namespace

int main(int argc, char** argv) {
  Job job;
  double seconds = 1;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) die("usage: bench_floor FILE QUALITY WIDTHxHEIGHT... [--seconds S]");
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "--seconds" && i + 1 < words.size())
      seconds = std::atof(words[++i].c_str());
    else
      job.targets.push_back(parse_size(words[i]));
  }
  job.source = read(words[0].c_str());
  job.quality = std::atoi(words[1].c_str());

  Codec codec;
  const Size source = codec.read_header(job.source, job.sampling);
  for (Size& target : job.targets)
    if (target.height == 0) target.height = target.width * source.height / source.width;
  job.decoded = scaled_to_cover(source, job.targets);
  fmt::print("{{\"rate\":{:.4f}}}\n", pictures_per_second(codec, job, seconds));
}
