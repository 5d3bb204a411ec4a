#include "image/codec/png_encoder.h"

#include <fmt/format.h>
#include <png.h>
#include <zlib.h>

#include <csetjmp>

#include "base/assert.h"

namespace tintype::image {
namespace {

/// Of zlib. CPU time of 512 x 512 pixels of photograph: 22-30 ms and 44-70 ms, which saves 1-4 %.
int level_of(Mode mode) { return mode == Mode::best ? 6 : 3; }

/// What libpng's callbacks see. It reports errors by longjmp, which must not cross an object with a
/// destructor: so this and the picture live outside of the function that calls libpng.
struct Writing {
  const Rgb& rgb;
  const PngSettings& settings;
  std::string file = {};
  bool over = false;
};

void append(png_structp png, png_bytep bytes, std::size_t size) {
  auto& writing = *static_cast<Writing*>(png_get_io_ptr(png));
  writing.over = size > writing.settings.size_max - writing.file.size();
  if (writing.over) png_error(png, "over the limit");
  writing.file.append(reinterpret_cast<const char*>(bytes), size);
}

void flush(png_structp) {}
void ignore(png_structp, png_const_charp) {}
[[noreturn]] void leave(png_structp png, png_const_charp) { png_longjmp(png, 1); }

/// False if libpng left. REQUIRES: nothing in here has a destructor.
bool write(png_structp png, png_infop info, Writing& writing) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;  // NOLINT: libpng's way.
  png_set_write_fn(png, &writing, append, flush);
  png_set_IHDR(png, info, static_cast<png_uint_32>(writing.rgb.width),
               static_cast<png_uint_32>(writing.rgb.height), 8, PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, level_of(writing.settings.mode));
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_write_info(png, info);
  for (int y = 0; y < writing.rgb.height; ++y) png_write_row(png, writing.rgb.row(y));
  png_write_end(png, info);
  return true;
}

void append_number(std::string& target, std::size_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) target += static_cast<char>(number >> shift & 255);
}

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string made(size, '\0');
  const int result = compress(reinterpret_cast<Bytef*>(made.data()), &size,
                              reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  ASSERT(result == Z_OK);
  made.resize(size);
  return made;
}

}  // namespace

Result<std::string> png_with_profile(std::string_view file, std::string_view icc,
                                     std::size_t size_max) {
  // Not by png_set_iCCP(), which finds fault with profiles that everybody else reads.
  using namespace std::string_literals;
  const std::string body = "iCCPICC profile\0\0"s + deflated(icc);  // Name, method.
  std::string chunk;
  append_number(chunk, body.size() - 4);
  chunk += body;
  append_number(
      chunk, crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
  if (file.size() + chunk.size() > size_max)
    return fail(ErrorCode::too_large,
                fmt::format("PNG and its profile have {} bytes: at most {} are allowed",
                            file.size() + chunk.size(), size_max));
  constexpr std::size_t kHeaderEnd = 8 + 25;  // Signature and IHDR, which comes first.
  ASSERT(file.size() > kHeaderEnd);
  std::string made(file.substr(0, kHeaderEnd));
  made += chunk;
  made += file.substr(kHeaderEnd);
  return made;
}

Result<std::string> encode_png(const Rgb& rgb, const PngSettings& settings) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, ignore);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  Writing writing = {.rgb = rgb, .settings = settings};
  const bool written = info != nullptr && write(png, info, writing);
  png_destroy_write_struct(&png, &info);
  if (written && settings.icc.empty()) return std::move(writing.file);
  if (written) return png_with_profile(writing.file, settings.icc, settings.size_max);
  if (writing.over)
    return fail(ErrorCode::too_large,
                fmt::format("PNG: the file grew over {} bytes", settings.size_max));
  return fail(ErrorCode::internal, "PNG: libpng could not write it");
}

}  // namespace tintype::image
