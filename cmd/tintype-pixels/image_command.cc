// `tintype image`: one picture, from file to file, in this process and without a jail. For people,
// scripts and benchmarks, with pictures of their own.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "commands.h"
#include "image/render.h"

namespace tintype {
namespace {

struct ImageOptions {
  std::string source;
  std::string target;
  image::Plan plan;
  std::string fit = "cover";
  std::string gravity = "centre";
  std::string mode = "fast";
  std::string colour = "srgb";
  std::string format;                 ///< Empty: by the target's extension.
  std::vector<std::string> variants;  ///< OUT=PLAN
  int repeat = 1;
  bool json = false;
};

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return EX_USAGE;
    case ErrorCode::unauthenticated: return EX_NOPERM;
    case ErrorCode::denied: return EX_NOPERM;
    case ErrorCode::not_found: return EX_NOINPUT;
    case ErrorCode::conflict: return EX_SOFTWARE;
    case ErrorCode::too_large: return EX_DATAERR;
    case ErrorCode::exhausted: return EX_CANTCREAT;
    case ErrorCode::unsupported: return EX_DATAERR;
    case ErrorCode::unavailable: return EX_TEMPFAIL;
    case ErrorCode::damaged_input: return EX_DATAERR;
    case ErrorCode::corrupt: return EX_DATAERR;
    case ErrorCode::internal: return EX_SOFTWARE;
  }
  std::unreachable();
}

int complain(std::string_view message, int exit_code) {
  fmt::print(stderr, "tintype image: {}\n", message);
  return exit_code;
}

/// A result and its file.
struct Target {
  std::string path;
  image::Plan plan;
};

Result<image::Format> format_of(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  const auto format =
      extension.empty() ? std::nullopt : image::format_of_extension(to_lower(extension.substr(1)));
  if (format) return *format;
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' has no extension that is a format; write --format jpeg, webp, png "
                          "or avif",
                          path));
}

Result<Target> first_target(const ImageOptions& options) {
  Target target = {options.target, options.plan};
  if (options.format.empty()) {
    TRY_LET(target.plan.format, format_of(options.target));
  } else {
    const auto format = image::parse_format(options.format);
    if (!format)
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("--format '{}' is unknown; write jpeg, webp, png or avif", options.format));
    target.plan.format = *format;
  }
  target.plan.fit = options.fit == "contain" ? image::Fit::contain : image::Fit::cover;
  target.plan.gravity = options.gravity == "smart" ? image::Gravity::smart : image::Gravity::centre;
  target.plan.mode = options.mode == "best" ? image::Mode::best : image::Mode::fast;
  target.plan.colour = options.colour == "keep" ? image::Colour::keep : image::Colour::srgb;
  return target;
}

/// Of "small.webp=width=200,height=200".
Result<Target> further_target(const std::string& text) {
  const std::size_t end = text.find('=');
  if (end == std::string::npos)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--variant '{}' is not OUT=PLAN, as small.webp=width=200", text));
  Target target = {text.substr(0, end), {}};
  TRY_LET(target.plan, image::parse_plan(std::string_view(text).substr(end + 1)));
  TRY_LET(target.plan.format, format_of(target.path));
  return target;
}

Result<std::vector<Target>> read_targets(const ImageOptions& options) {
  std::vector<Target> targets;
  if (!options.target.empty()) {
    TRY_LET(targets.emplace_back(), first_target(options));
  }
  for (const std::string& text : options.variants) {
    TRY_LET(targets.emplace_back(), further_target(text));
  }
  if (targets.empty())
    return fail(ErrorCode::invalid_argument, "neither OUT nor --variant says what to make");
  return targets;
}

struct Repeated {
  image::Rendered last;
  image::Timings mean;
  double mean_ms = 0;
};

/// Nothing if the engine declines.
Result<std::optional<Repeated>> render_repeatedly(const image::Engine& engine,
                                                  const std::string& source,
                                                  const std::vector<Target>& targets, int repeat) {
  std::vector<image::Plan> plans;
  for (const Target& target : targets) plans.push_back(target.plan);
  // The file is the caller's own, so it may be larger than what strangers may send.
  constexpr std::int64_t kPixelsMax = 400'000'000;
  const image::Limits limits = {.source_bytes_max = std::numeric_limits<std::int64_t>::max(),
                                .source_pixels_max = kPixelsMax,
                                .output_pixels_max = kPixelsMax,
                                .output_bytes_max = std::numeric_limits<std::int64_t>::max()};
  Repeated result;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < repeat; ++i) {
    TRY_LET(auto rendered,
            engine.render({.bytes = as_bytes(source), .trusted = true}, plans, limits));
    if (!rendered) return std::nullopt;
    result.last = *std::move(rendered);
    result.mean.decode_ms += result.last.timings.decode_ms / repeat;
    result.mean.resize_ms += result.last.timings.resize_ms / repeat;
    result.mean.encode_ms += result.last.timings.encode_ms / repeat;
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  result.mean_ms = took.count() / repeat;
  return result;
}

void report(const ImageOptions& options, const Repeated& repeated) {
  const image::Output& output = repeated.last.outputs.front();
  if (!options.json) {
    fmt::print("{}: {} {}x{} -> {} {}x{}, {} bytes, {:.1f} ms\n", options.source,
               repeated.last.source_type, repeated.last.source_width, repeated.last.source_height,
               media_type(output.format), output.width, output.height, output.bytes.size(),
               repeated.mean_ms);
    return;
  }
  fmt::print(R"({{"ms":{:.3f},"decode_ms":{:.3f},"resize_ms":{:.3f},"encode_ms":{:.3f},)"
             R"("width":{},"height":{},"size":{}}})"
             "\n",
             repeated.mean_ms, repeated.mean.decode_ms, repeated.mean.resize_ms,
             repeated.mean.encode_ms, output.width, output.height, output.bytes.size());
}

int run_image(const image::Engine& engine, const std::function<int()>& declined,
              const ImageOptions& options) {
  const auto targets = read_targets(options);
  if (!targets) return complain(targets.error().message, EX_USAGE);

  constexpr std::size_t kSourceSizeMax = 1 << 30;
  const auto source = read_file(options.source, kSourceSizeMax);
  if (!source)
    return complain(source.error().message,
                    source.error().code == ErrorCode::too_large ? EX_DATAERR : EX_NOINPUT);
  if (const Status started = engine.start(); !started)
    return complain(started.error().message, EX_UNAVAILABLE);
  const auto rendered = render_repeatedly(engine, *source, *targets, options.repeat);
  if (!rendered)
    return complain(fmt::format("'{}': {}: {}", options.source, to_string(rendered.error().code),
                                rendered.error().message),
                    exit_code_of(rendered.error().code));
  if (!*rendered) return declined();
  const Repeated& repeated = **rendered;

  constexpr unsigned kMode = 0644;
  for (std::size_t i = 0; i < targets->size(); ++i) {
    const Status written = write_file((*targets)[i].path, repeated.last.outputs[i].bytes, kMode);
    if (!written) return complain(written.error().message, EX_CANTCREAT);
  }
  report(options, repeated);
  return EX_OK;
}

}  // namespace

void add_image_command(CLI::App& app, const image::Engine& engine, std::function<int()> declined,
                       int& exit_code) {
  const auto options = std::make_shared<ImageOptions>();  // Shared with the callback.
  image::Plan& plan = options->plan;
  CLI::App* const command = app.add_subcommand("image", "Transform one picture");
  command->add_option("IN", options->source, "The source")->required();
  command->add_option("OUT", options->target,
                      "The result; its extension is its format. May be left out beside --variant");
  const CLI::Range side(0, image::kSideMax);
  command->add_option("--width", plan.width, "Pixels; 0 follows from the height")->check(side);
  command->add_option("--height", plan.height, "Pixels; 0 follows from the width")->check(side);
  command->add_option("--fit", options->fit)->check(CLI::IsMember({"cover", "contain"}));
  command->add_option("--gravity", options->gravity)->check(CLI::IsMember({"centre", "smart"}));
  command->add_option("--quality", plan.quality, "1 to 100")->check(CLI::Range(1, 100));
  command->add_option("--format", options->format, "jpeg, webp, png or avif");
  command->add_option("--mode", options->mode)->check(CLI::IsMember({"fast", "best"}));
  command->add_option("--colour", options->colour, "keep: the source's profile goes along")
      ->check(CLI::IsMember({"srgb", "keep"}));
  command
      ->add_option("--variant", options->variants,
                   "Another result of the same source, as small.webp=width=200,height=200")
      ->type_name("OUT=PLAN")
      ->allow_extra_args(false);
  command->add_flag("--enlarge", plan.enlarge, "A small source may grow");
  command->add_option("--repeat", options->repeat, "Runs, of which the times are the mean")
      ->check(CLI::Range(1, 1'000'000));
  command->add_flag("--json", options->json, "Report as JSON");
  command->callback([options, &engine, declined = std::move(declined), &exit_code] {
    exit_code = run_image(engine, declined, *options);
  });
}

int parse_command_line(CLI::App& app, int argc, char** argv, const int& exit_code) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11's way; also of --help.
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "tintype: {}\n", error.what());
    return EX_USAGE;
  }
  return exit_code;
}

}  // namespace tintype
