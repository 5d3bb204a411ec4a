// Asks the libraries that are loaded, whoever loaded them: most come with libvips or its plugins,
// so we are not linked to them.
#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <vips/vips8>

#include <filesystem>

#include "image/general/general.h"

namespace tintype::image {
namespace {

// How a library says its version.
using TextVersion = const char* (*)();
using NumberVersion = int (*)();

struct Library {
  const char* name;
  const char* file;      ///< What its file's name begins with.
  const char* function;  ///< Null: the file's own version has to do.
  std::string (*to_version)(void* function);
};

std::string text(void* function) { return reinterpret_cast<TextVersion>(function)(); }
std::string hex_bytes(void* function) {  // 0x010204: 1.2.4.
  const int number = reinterpret_cast<NumberVersion>(function)();
  return fmt::format("{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
}
std::string thousands(void* function) {  // 11001: 0.11.1.
  const int number = reinterpret_cast<NumberVersion>(function)();
  return fmt::format("{}.{}.{}", number / 1'000'000, number / 1000 % 1000, number % 1000);
}
std::string tens(void* function) {  // 2140: 2.14.
  const int number = reinterpret_cast<NumberVersion>(function)();
  return fmt::format("{}.{}", number / 1000, number % 1000 / 10);
}

constexpr Library kLibraries[] = {
    {"libjpeg", "libjpeg.so.", nullptr, nullptr},
    {"libpng", "libpng16.so.", nullptr, nullptr},
    {"libwebp decoder", "libwebp.so.", "WebPGetDecoderVersion", hex_bytes},
    {"libwebp encoder", "libwebp.so.", "WebPGetEncoderVersion", hex_bytes},
    {"libheif", "libheif.so.", "heif_get_version", text},
    {"libde265", "libde265.so.", "de265_get_version", text},
    {"libdav1d", "libdav1d.so.", "dav1d_version", text},
    {"libaom", "libaom.so.", "aom_codec_version_str", text},
    {"libjxl", "libjxl.so.", "JxlDecoderVersion", thousands},
    {"libtiff", "libtiff.so.", nullptr, nullptr},
    {"librsvg", "librsvg-2.so.", nullptr, nullptr},
    {"liblcms2", "liblcms2.so.", "cmsGetEncodedCMMversion", tens},
};

struct Search {
  std::string_view file;
  std::string path;
};

int visit(dl_phdr_info* object, std::size_t, void* search_pointer) {
  auto& search = *static_cast<Search*>(search_pointer);
  const std::string_view path = object->dlpi_name;
  if (!path.substr(path.rfind('/') + 1).starts_with(search.file)) return 0;
  search.path = path;
  return 1;
}

std::string version_of(const Library& library) {
  Search search{library.file, {}};
  dl_iterate_phdr(visit, &search);
  if (search.path.empty()) return "not loaded";
  if (library.function != nullptr) {
    void* const handle = dlopen(search.path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    void* const function = handle == nullptr ? nullptr : dlsym(handle, library.function);
    if (function != nullptr) return library.to_version(function);
  }
  // The file that the link means: libjpeg.so.62 is libjpeg.so.62.3.0, so "so.62.3.0".
  std::error_code error;
  const std::string file = std::filesystem::canonical(search.path, error).filename();
  return error || !file.starts_with(library.file)
             ? search.path
             : "so." + file.substr(std::string_view(library.file).size());
}

}  // namespace

std::vector<std::pair<std::string, std::string>> codec_versions() {
  std::vector<std::pair<std::string, std::string>> versions;
  versions.emplace_back("libvips", vips_version_string());
  for (const Library& library : kLibraries)
    versions.emplace_back(library.name, version_of(library));
  return versions;
}

}  // namespace tintype::image
